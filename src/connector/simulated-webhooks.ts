import type { Hint, SentEvent } from './webhooks.js';

/** The webhook side of a pretend platform: it signs events as its papers say. */
export interface SimulatedWebhooks {
  /** Whether what proves an event covers its body, or names the sender only. */
  readonly proves: 'content' | 'sender';
  /** What the platform signs with, and what a receiver keeps to verify; the same where both share a secret. Others each time. */
  newKey(): SimulatedKey;
  /** An event as it is sent. Several keys while one replaces another, where the platform signs with both. */
  send(event: EventToSend): SentEvent;
  /** How long after an answer of 5xx, or none, it sends an event again, in minutes. Absent: it does not, as far as anybody knows. */
  readonly retryMinutes?: readonly number[];
  /** Asks an address to show that it is the receiver's, before anything is sent there. */
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

/** A receiver: where it is, and what its events are signed with. */
export interface SimulatedReceiver {
  readonly url: string;
  readonly keys: readonly [SimulatedKey, ...SimulatedKey[]];
}

/** What the platform says by itself, and to whom. */
export interface Telling extends Omit<EventToSend, 'at'> {
  /** When it says so, in epoch milliseconds of the platform's time. */
  readonly at: number;
  /** External id of the call that it is about. */
  readonly about: string;
}

/** What came about later than `after` and not later than `until`, in epoch milliseconds of the platform's time. */
export interface ToldStretch {
  readonly after: number;
  readonly until: number;
  /** Addresses that people have entered at the platform, where they are not subscribed by request. */
  readonly entered: readonly SimulatedReceiver[];
}

export interface PosedChallenge extends SentEvent {
  /** Whether the platform is content with the answer. */
  isMetBy(answer: { readonly headers: Readonly<Record<string, string>>; readonly body: string }): boolean;
}
