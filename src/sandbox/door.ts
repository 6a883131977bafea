import type { SimulatedLimit } from '#connector';
import { type Admission, openGate } from './gate.js';

/** Whoever sent a request just before hearing of a 429 is innocent; after this long, in ms, it has been heard. */
const hearing = 20;
/** A timer may go off this much before its time, in ms. */
const timerError = 5;

/** What an account's limits let in, and until when nobody may come after a 429. A group has a door of its own within it. */
export interface Door {
  admit(at: number, group: string | undefined): Admission;
  isForbidden(at: number, group: string | undefined): boolean;
  forbid(seconds: number, group: string | undefined): void;
}

export function openDoor(limits: readonly SimulatedLimit[]): Door {
  const forbidden = new Map<string | undefined, { readonly from: number; readonly until: number }>();
  return {
    admit: openGate(limits),
    isForbidden: (at, group) =>
      [undefined, group].some(name => {
        const { from = 0, until = 0 } = forbidden.get(name) ?? {};
        return at >= from && at < until;
      }),
    forbid(seconds, group) {
      const now = performance.now();
      const before = forbidden.get(group) ?? { from: 0, until: 0 };
      const from = now < before.until ? before.from : now + hearing;
      forbidden.set(group, { from, until: Math.max(before.until, now + seconds * 1000 - timerError) });
    },
  };
}
