import type { SimulatedLimit } from '#connector';
import { type Admission, openGate } from './gate.js';

/**
 * Whoever sent a request before hearing of a 429 is innocent. It has been heard when its connection is used again, and
 * after this long, in ms, at the latest: a busy machine is slow to listen.
 */
const hearing = 100;
/** A timer may go off this much before its time, in ms. */
const timerError = 5;

/** What an account's limits let in, and until when nobody may come after a 429. A group has a door of its own within it. */
export interface Door {
  admit(at: number, group: string | undefined): Admission;
  isForbidden(arrival: Arrival): boolean;
  /** `since`: when the refusal was written, before its time was reckoned; `over` the connection that it goes out on. */
  forbid(pause: Pause): void;
}

interface Arrival {
  readonly at: number;
  readonly over: object;
  readonly group: string | undefined;
}

interface Pause {
  readonly since: number;
  readonly seconds: number;
  readonly over: object;
  readonly group: string | undefined;
}

export function openDoor(limits: readonly SimulatedLimit[]): Door {
  let pauses: (Pause & { heardAt: number; readonly until: number })[] = [];
  return {
    admit: openGate(limits),
    isForbidden({ at, over, group }) {
      pauses = pauses.filter(({ until }) => until > at);
      return pauses.some(
        pause => (pause.group === undefined || pause.group === group) && (pause.over === over || pause.heardAt <= at),
      );
    },
    forbid(told) {
      const until = told.since + told.seconds * 1000 - timerError;
      const pause = { ...told, heardAt: Number.POSITIVE_INFINITY, until };
      pauses.push(pause);
      // What arrived before the refusal went out may still wait to be looked at.
      setImmediate(() => setImmediate(() => (pause.heardAt = performance.now() + hearing)));
    },
  };
}
