import type { Limit } from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import type { Clock } from '../../src/core/ports.js';
import type { Pacer, Sleep } from '../../src/engine/index.js';

/** A clock that moves only when somebody waits. */
export class VirtualTime implements Clock {
  constructor(public ms: number) {}

  now(): Date {
    return new Date(this.ms);
  }

  readonly sleep: Sleep = async (ms, signal) => {
    signal.throwIfAborted();
    this.ms += ms;
  };
}

/** At most so many within any so many seconds. One list of times for each limit. */
class SlidingWindow {
  readonly #times: { at: number }[] = [];
  requests: number;

  constructor(readonly limit: { readonly requests: number; readonly seconds: number }) {
    this.requests = limit.requests;
  }

  /** How long until one more fits. */
  waitMs(now: number): number {
    const last = this.#times.at(-this.requests);
    return last === undefined ? 0 : Math.max(0, last.at + this.limit.seconds * 1_000 - now);
  }

  /** The moment can be corrected. */
  count(at: number): { at: number } {
    const counted = { at };
    this.#times.push(counted);
    return counted;
  }
}

/** Keeps to a connector's limits as the ledger does, in virtual time. */
export function virtualPacer(time: VirtualTime, limits: readonly Limit[]): Pacer {
  const windows = limits.map(limit => ({ group: limit.group, window: new SlidingWindow(limit) }));
  const holds = new Map<string | undefined, number>();
  return {
    async take(group, signal) {
      signal.throwIfAborted();
      const mine = windows.filter(entry => [undefined, group].includes(entry.group)).map(({ window }) => window);
      const held = Math.max(holds.get(undefined) ?? 0, holds.get(group) ?? 0) - time.ms;
      const wait = Math.max(0, held, ...mine.map(window => window.waitMs(time.ms)));
      if (wait > 60_000)
        throw new PlatformError('PLATFORM_BUSY', 'wait', 'Not yet.', { until: new Date(time.ms + wait) });
      time.ms += wait;
      const counted = mine.map(window => window.count(time.ms));
      // The platform counts a request when it arrives, which is when the reply's head is sent at the latest.
      const arrived = (): void => counted.forEach(one => void (one.at = time.ms));
      return { sent() {}, answered() {}, close: arrived };
    },
    async hold(group, until) {
      holds.set(group, until.getTime());
    },
    async learn(group, { limit, until }) {
      const [tightest] = windows
        .filter(entry => [undefined, group].includes(entry.group))
        .map(({ window }) => window)
        .toSorted((a, b) => a.limit.requests / a.limit.seconds - b.limit.requests / b.limit.seconds);
      if (tightest !== undefined && limit !== undefined) tightest.requests = Math.min(limit, tightest.limit.requests);
      if (until !== undefined) holds.set(group, until.getTime());
    },
  };
}
