import { setTimeout as pause } from 'node:timers/promises';

const everyMs = 25;

/**
 * Looks again and again until there is something to see: a value that is neither undefined, null nor false.
 * For states that nobody announces; where there are events, wait for them.
 *
 * @throws after `deadlineMs`, naming what did not come.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  deadlineMs = 20_000,
): Promise<Exclude<T, undefined | null | false>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<T, undefined | null | false>;
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain: ${what}.`);
    await pause(everyMs);
  }
}
