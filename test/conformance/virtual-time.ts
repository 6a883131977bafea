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
export class SlidingWindow {
  readonly #times: number[] = [];

  constructor(readonly limit: { readonly requests: number; readonly seconds: number }) {}

  /** How long until one more fits. */
  waitMs(now: number): number {
    const last = this.#times.at(-this.limit.requests);
    return last === undefined ? 0 : Math.max(0, last + this.limit.seconds * 1_000 - now);
  }

  count(now: number): void {
    this.#times.push(now);
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
      // The platform counts a request when it arrives, which is when the reply's head is sent at the latest.
      return { sent() {}, answered() {}, close: () => mine.forEach(window => window.count(time.ms)) };
    },
    async hold(group, until) {
      holds.set(group, until.getTime());
    },
    async learn(group, { until }) {
      if (until !== undefined) holds.set(group, until.getTime());
    },
  };
}
