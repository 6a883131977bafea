import { randomUUID } from 'node:crypto';
import { BrokenPromise } from '../core/errors.js';
import type { Scope } from '../scope.js';
import { type FactDetails, Fact } from './fact.entity.js';
import { awaitsReaction, type FactKind } from './fact-kind.js';
import { outboxTopic } from './keep-looking.js';

export interface NewFact {
  readonly kind: FactKind;
  readonly customerId: string;
  readonly connectionId?: string;
  readonly linkId?: string;
  /** Plain values. Never a secret, never what people said on a call. */
  readonly details?: FactDetails;
}

/**
 * Writes down what has happened, in the transaction that makes it true: both are there or neither.
 *
 * @throws BrokenPromise outside a transaction.
 */
export async function writeFact({ em, clock, bus }: Scope, fact: NewFact): Promise<void> {
  if (!em.isInTransaction()) throw new BrokenPromise('A fact must be written in the transaction that makes it true.');
  const { kind, customerId, connectionId = null, linkId = null, details = {} } = fact;
  await em.insert(Fact, {
    ...{ id: randomUUID(), kind, customerId, connectionId, linkId, at: clock.now() },
    ...{ details: JSON.parse(JSON.stringify(details)) as FactDetails, awaitsReaction: awaitsReaction(kind) },
  });
  // Before the commit, so whoever hears it may look in vain; the next look is not far.
  bus.publish(outboxTopic, null);
}
