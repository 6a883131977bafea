/** What goes wrong with the events that a platform sends by itself. Shares are between 0 and 1, and the same for the same seed. */
export interface EventFaults {
  /** Share of events that are never sent. */
  readonly drop: number;
  /** Share of events that are sent a second time, held back. */
  readonly duplicates: number;
  /** Share of events that are held back, so that later ones come before them. */
  readonly late: number;
  /** How long they are held back at most, in seconds of the platform's time. */
  readonly lateSeconds: number;
}

export const noEventFaults: EventFaults = { drop: 0, duplicates: 0, late: 0, lateSeconds: 120 };

/** @throws TypeError naming the first thing that is no fault or has no sensible value. */
export function readEventFaults(given: unknown, before: EventFaults): EventFaults {
  if (typeof given !== 'object' || given === null) throw new TypeError('Faults of events are an object');
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(noEventFaults, name)) throw new TypeError(`There is no fault of events called ${name}`);
    if (typeof value !== 'number' || !(value >= 0)) throw new TypeError(`${name} must be a number from 0`);
    if (name !== 'lateSeconds' && value > 1) throw new TypeError(`${name} must be a share from 0 to 1`);
  }
  return { ...before, ...given };
}
