import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from '../scope.js';

/** Longer than a database that restarts or changes over is away. */
const patienceMs = 120_000;
/** So often that nobody who waits for the same database is much sooner. */
const everyMs = 250;

/**
 * Stores what a platform has given and will not give again: a database that is away is waited for. Storing it twice must do
 * no harm.
 *
 * @throws what the last try threw
 */
export async function untilKept<T>({ log }: Pick<House, 'log'>, store: () => Promise<T>): Promise<T> {
  const end = performance.now() + patienceMs;
  for (let tries = 1; ; tries++) {
    try {
      return await store();
    } catch (error) {
      if (performance.now() > end) throw error;
      if (tries === 1) log.warn('New tokens could not be stored yet.', { error });
      // A process that ends has waited for this as long as it can.
      await sleep(everyMs, undefined, { ref: false });
    }
  }
}
