import { createHmac } from 'node:crypto';
import type { Challenge, Headers } from '#connector';
import type { Secret } from '../../core/secret.js';
import { at } from './at.js';
import type { Endpoint, InboundEvent } from './inbound-event.js';

/** What to answer, with status 200. */
export interface Answer {
  readonly headers: Headers;
  readonly body: string;
}

/** Undefined: the event is no challenge. `malformed`: it is one that must not be answered. */
export type Answered = Answer | 'malformed' | undefined;

/** A challenge that nobody has signed: answered while it is awaited, and with nothing that could end a header. */
export function echo(challenge: Challenge | undefined, event: InboundEvent, endpoint: Endpoint): Answered {
  if (challenge?.kind !== 'echo' || !endpoint.awaitsChallenge) return undefined;
  const token = event.headers[challenge.header];
  if (token === undefined) return undefined;
  if (token.length > challenge.mostCharacters || !/^[A-Za-z0-9._~+/=-]+$/.test(token)) return 'malformed';
  return { headers: { [challenge.header]: token }, body: '' };
}

/**
 * A challenge inside of an event that was found genuine. The platform signs events with the same key, so whatever we sign here could pass
 * for an event of its own. A token therefore holds no colon and no brace, and is short.
 */
export function keyedDigest(challenge: Challenge | undefined, event: unknown, secret: Secret<string>): Answered {
  if (challenge?.kind !== 'keyed-digest' || at(event, challenge.path) !== challenge.value) return undefined;
  const token = at(event, challenge.token);
  if (typeof token !== 'string' || !/^[A-Za-z0-9_-]{1,128}$/.test(token)) return 'malformed';
  const digest = createHmac('sha256', secret.reveal().trim()).update(token).digest('hex');
  const [tokenName, digestName] = challenge.reply;
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ [tokenName]: token, [digestName]: digest }),
  };
}
