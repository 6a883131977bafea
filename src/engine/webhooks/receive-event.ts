import { createHash } from 'node:crypto';
import type { Webhooks } from '#connector';
import { parseReply } from '../parse-reply.js';
import { type Answer, echo, keyedDigest } from './answer-challenge.js';
import { at } from './at.js';
import { authenticate, provesBy } from './authenticate.js';
import type { Endpoint, InboundEvent, RefusalReason } from './inbound-event.js';
import { type Look, lookOf } from './look-of.js';
import { standardEventId } from './standard-webhooks.js';

export type Received =
  | GenuineEvent
  /** The platform wants to see that the address is ours. */
  | { readonly kind: 'challenge'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

export interface GenuineEvent {
  readonly kind: 'genuine';
  /** The same when an event is sent again. At most 64 characters. */
  readonly eventId: string;
  /** Whether nobody but the platform can have said this, or it is only likely that the platform has. */
  readonly proves: 'content' | 'sender';
  /** The account that it is about, in the platform's words, where it says so. */
  readonly account: string | undefined;
  readonly look: Look;
}

const mostBytes = 8 * 1024 * 1024;

/**
 * Judges one inbound event: genuine with what to look at, a challenge with its answer, or refused. Nothing is parsed before it
 * has been verified, and nothing is answered before, but for a challenge that a pending subscription awaits. Throws nothing.
 */
export function receiveEvent(webhooks: Webhooks, event: InboundEvent, endpoint: Endpoint, now: Date): Received {
  if (event.body.length > mostBytes) return { kind: 'refused', reason: 'too-large' };
  const proof = authenticate(webhooks.authenticity, event, endpoint, now);
  const isEmpty = event.body.length === 0;
  if ('refused' in proof || isEmpty) {
    const echoed = answered(echo(webhooks.challenge, event, endpoint));
    if (echoed !== undefined) return echoed;
  }
  if ('refused' in proof) return { kind: 'refused', reason: proof.refused };

  const said = parsed(event.body);
  const digest = proof.secret && answered(keyedDigest(webhooks.challenge, said, proof.secret));
  if (digest !== undefined) return digest;
  const account = webhooks.account && at(said, webhooks.account);
  return {
    kind: 'genuine',
    eventId: eventIdOf(webhooks, event, said),
    proves: provesBy(webhooks.authenticity),
    account: typeof account === 'string' ? account : undefined,
    look: lookOf(webhooks, said, now),
  };
}

function answered(answer: ReturnType<typeof echo>): Received | undefined {
  if (answer === undefined) return undefined;
  return answer === 'malformed' ? { kind: 'refused', reason: 'challenge-malformed' } : { kind: 'challenge', answer };
}

/** Undefined for what is no sound JSON; it is genuine all the same. */
function parsed(body: Buffer): unknown {
  try {
    return parseReply(body);
  } catch {
    return undefined;
  }
}

/** As a digest, whatever the platform takes for an id. */
function eventIdOf({ authenticity, eventId }: Webhooks, event: InboundEvent, said: unknown): string {
  const own = eventId && at(said, eventId);
  const named = authenticity.kind === 'standard-webhooks' ? standardEventId(event) : own;
  const name = typeof named === 'string' && named !== '' ? named : event.body;
  return createHash('sha256').update(name).digest('base64url');
}
