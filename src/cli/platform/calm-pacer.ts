import { setTimeout as delay } from 'node:timers/promises';
import type { Limit } from '#connector';
import { PlatformError } from '../../core/errors.js';
import type { Pacer } from '../../engine/index.js';

const longestGapMs = 500;
const longestHoldMs = 60_000;

/** Keeps to the limits in this process, and leaves room for the hub, which uses the same account: no burst, one after the other. */
export function calmPacer(limits: readonly Limit[]): Pacer {
  const sent: { readonly at: number; readonly group: string | undefined }[] = [];
  let heldUntil = 0;
  return {
    async take(group, signal) {
      const mine = limits.filter(limit => limit.group === undefined || limit.group === group);
      const free = mine.map(limit => {
        const counted = sent.filter(one => limit.group === undefined || one.group === limit.group);
        const evenMs = (limit.seconds * 1_000) / limit.requests;
        const gapMs = limit.seconds > 60 ? 0 : Math.min(longestGapMs, 1.5 * evenMs);
        const oldest = counted.at(-limit.requests)?.at ?? 0;
        return Math.max(oldest + limit.seconds * 1_000, (counted.at(-1)?.at ?? 0) + gapMs);
      });
      await delay(Math.max(0, heldUntil - Date.now(), ...free.map(at => at - Date.now())), undefined, { signal });
      sent.push({ at: Date.now(), group });
      return { sent: () => undefined, answered: () => undefined, close: () => undefined };
    },
    async hold(_, until) {
      heldUntil = until.getTime();
      if (heldUntil - Date.now() > longestHoldMs)
        throw new PlatformError('PLATFORM_BUSY', 'wait', 'The platform asks us to come back later.', { until });
    },
    learn: () => Promise.resolve(),
  };
}
