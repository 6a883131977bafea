import type { Headers } from '#connector';
import type { Secret } from '../../core/secret.js';

/** One request from a platform, as it arrived. */
export interface InboundEvent {
  /** The whole address that was asked, as the world outside knows it. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Headers;
  /** Byte for byte; reading and writing it again would break signatures. */
  readonly body: Buffer;
}

/** Where events of one connection, or of one app of ours, arrive. */
export interface Endpoint {
  /** The address that the platform was told. */
  readonly url: string;
  /** What verifies, newest first; two while one replaces the other. */
  readonly secrets: readonly Secret<string>[];
  /** A subscription is being made at this moment: only now a challenge that nobody has signed is answered. */
  readonly awaitsChallenge: boolean;
}

/** Why an event is not taken for the platform's. */
export type RefusalReason =
  /** There is nothing to verify it by. */
  | 'no-secret'
  /** What should verify it is no secret or key of this platform. */
  | 'unusable-secret'
  | 'too-large'
  | 'header-missing'
  | 'header-malformed'
  /** Signed more than five minutes ago, or ended. */
  | 'stale'
  /** Signed more than five minutes in the future: one of the clocks is wrong. */
  | 'early'
  | 'wrong-algorithm'
  | 'wrong-signature'
  | 'wrong-token'
  /** Signed for another address ... */
  | 'wrong-target'
  /** ... or for another body. */
  | 'wrong-body'
  /** Arrived at another address than the one that the platform was given. */
  | 'wrong-address'
  /** What it asks us to sign or repeat is in no challenge of this platform. */
  | 'challenge-malformed';

/** What was shown, and by which secret. */
export type Proof = { readonly secret: Secret<string> | undefined } | { readonly refused: RefusalReason };

/** How far a signed time may be from ours. */
const toleranceSeconds = 300;

/** @param seconds since 1970. */
export function untimely(seconds: number, now: Date): 'stale' | 'early' | undefined {
  const age = now.getTime() / 1_000 - seconds;
  if (age > toleranceSeconds) return 'stale';
  return age < -toleranceSeconds ? 'early' : undefined;
}
