import { LockMode } from '@mikro-orm/postgresql';
import { BrokenPromise } from '../../core/errors.js';
import type { Scope } from '../../scope.js';
import { type AuditDetails, AuditEntry } from './audit-entry.entity.js';
import { AuditHead } from './audit-head.entity.js';
import { beginning, chainOf, entryDigest, headDigest } from './chain.js';

export interface Act {
  /** Thing and past participle: `api-key.revoked`. */
  readonly act: string;
  /** Kind and id: `connection 6f0c…`. */
  readonly target: string;
  /** Whom it concerns; left out for the house's own acts. */
  readonly customerId?: string | null | undefined;
  /** Plain values that help to understand the act. Never a secret, never what people said. */
  readonly details?: AuditDetails;
}

/**
 * Writes a sensitive act down, in the transaction that does it: both are there or neither.
 *
 * Acts that concern one customer take turns from here to the end of their transactions, so call it last.
 *
 * @throws BrokenPromise outside a transaction.
 */
export async function record(scope: Scope, { act, target, customerId = null, details = {} }: Act): Promise<void> {
  const { em, viewer, clock, keyring } = scope;
  if (!em.isInTransaction()) throw new BrokenPromise('An act must be recorded in the transaction that does it.');
  const chain = chainOf(customerId);
  const head = await lockHead(scope, chain, customerId);
  const last = await em.findOne(AuditEntry, { chain, number: head.number }, { fields: ['digest'] });
  const entry = {
    ...{ chain, number: head.number + 1, customerId, at: clock.now(), act, target },
    ...{ actor: viewer.name, actorKeyId: viewer.apiKeyId ?? null, previous: last?.digest ?? beginning },
    // As the database will give it back: undefined left out, masks in place of secrets.
    details: JSON.parse(JSON.stringify(details)) as AuditDetails,
  };
  const digest = entryDigest(keyring, entry);
  await em.insert(AuditEntry, { ...entry, digest });
  await em.nativeUpdate(
    AuditHead,
    { chain },
    { number: entry.number, digest: headDigest(keyring, chain, entry.number, digest) },
  );
}

async function lockHead({ em, keyring }: Scope, chain: string, customerId: string | null): Promise<{ number: number }> {
  await em.execute(
    'insert into audit_heads (chain, customer_id, number, digest) values (?, ?, 0, ?) on conflict do nothing',
    [chain, customerId, headDigest(keyring, chain, 0, beginning)],
  );
  return em.findOneOrFail(AuditHead, { chain }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
}
