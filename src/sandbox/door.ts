import { type Admission, openGate, type SandboxLimit } from './gate.js';

/** Whoever sent a request just before hearing of a 429 is innocent; after this long, in ms, it has been heard. */
const hearing = 20;
/** A timer may go off this much before its time, in ms. */
const timerError = 5;

/** What an account's limits let in, and until when nobody may come after a 429. */
export interface Door {
  admit(at: number): Admission;
  isForbidden(at: number): boolean;
  forbid(seconds: number): void;
}

export function openDoor(limits: readonly SandboxLimit[]): Door {
  let forbidden = { from: 0, until: 0 };
  return {
    admit: openGate(limits),
    isForbidden: at => at >= forbidden.from && at < forbidden.until,
    forbid(seconds) {
      const now = performance.now();
      const from = now < forbidden.until ? forbidden.from : now + hearing;
      forbidden = { from, until: Math.max(forbidden.until, now + seconds * 1000 - timerError) };
    },
  };
}
