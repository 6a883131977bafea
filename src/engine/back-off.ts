import { setTimeout as delay } from 'node:timers/promises';

/** Waits so many milliseconds; rejects as soon as the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleep: Sleep = (ms, signal) => delay(ms, undefined, { signal });

/** How often one request is tried before the run is put off. Being told to wait is not counted. */
export const mostAttempts = 5;
/** So often in a row one request is told to wait before the run is put off, so that a worker is not kept for nothing. */
export const mostHolds = 10;
/** After so many the platform is left alone for this long, whatever it says: it broke its word every time. */
export const patienceMs = 900_000;

/** Full jitter: anywhere between nothing and the doubled base, so that many workers do not come back at once. */
export function backOffMs(failures: number, random: () => number): number {
  return random() * Math.min(10_000, 250 * 2 ** (failures - 1));
}

/** For a platform that says "slow down" and not for how long: 1 s, doubled each time, up to a minute. */
export function defaultHoldMs(holds: number): number {
  return Math.min(60_000, 1_000 * 2 ** (holds - 1));
}
