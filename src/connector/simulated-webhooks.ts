import type { Hint, SentEvent } from './webhooks.js';

/** The webhook side of a pretend platform: it signs events as its papers say. */
export interface SimulatedWebhooks {
  /** Whether what proves an event covers its body, or names the sender only. */
  readonly proves: 'content' | 'sender';
  /** What the platform signs with, and what a receiver keeps to verify; the same where both share a secret. Others each time. */
  newKey(): SimulatedKey;
  /** An event as it is sent. Several keys while one replaces another, where the platform signs with both. */
  send(event: EventToSend): SentEvent;
  /** Asks an address to show that it is the receiver's. */
  challenge?(at: Date, key: SimulatedKey): PosedChallenge;
  /** An event, and what it hints at; written by hand. */
  readonly golden: { readonly event: unknown; readonly hints: readonly Hint[] };
}

export interface SimulatedKey {
  readonly signing: string;
  readonly kept: string;
}

export interface EventToSend {
  readonly event: unknown;
  readonly url: string;
  readonly at: Date;
  /** Names the event; the same when it is sent again. */
  readonly id: string;
  readonly keys: readonly [SimulatedKey, ...SimulatedKey[]];
}

export interface PosedChallenge extends SentEvent {
  /** Whether the platform is content with the answer. */
  isMetBy(answer: { readonly headers: Readonly<Record<string, string>>; readonly body: string }): boolean;
}
