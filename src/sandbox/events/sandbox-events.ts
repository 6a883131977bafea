import type { EventFaults } from './event-faults.js';

/** The events that the platform sends by itself, where time passes. */
export interface SandboxEvents {
  /** What a receiver keeps to verify events at an address that a person enters at the platform. */
  kept(): string;
  /**
   * Enters an address, as a person does at the platform where it takes no subscriptions by request.
   * @throws Error when nobody there meets the platform's challenge.
   */
  enter(url: string): Promise<void>;
  /** Sends what is due by now, which happens each second anyhow. Ends when all of it is answered. */
  tell(): Promise<void>;
  /** @throws TypeError for an unknown fault or value. */
  setFaults(faults: Partial<EventFaults>): EventFaults;
  ledger(): readonly EventEntry[];
}

/** One event that was sent, or that was not. One that is sent again is an entry of its own. */
export interface EventEntry {
  /** The platform's name for the event; the same when it is sent again. */
  readonly id: string;
  /** External id of the call that it is about. */
  readonly about: string;
  readonly url: string;
  readonly event: unknown;
  /** When it came about, in epoch milliseconds of the platform's time. */
  readonly at: number;
  /** `dropped`: it was never sent. */
  readonly kind: 'sent' | 'dropped' | 'repeated' | 'tried again';
  /** It was held back. */
  readonly isLate: boolean;
  /** When it was sent, in epoch milliseconds of the machine's clock and of the platform's time; absent when it was not. */
  readonly sentAt?: number;
  readonly toldAt?: number;
  /** Of the answer; 0: none came. */
  readonly status?: number;
}
