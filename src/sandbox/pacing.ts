import type { SimulatedLimit } from '#connector';
import type { Conviction } from './conviction.js';
import type { LedgerEntry } from './ledger.js';

/** A clock that runs a little off, or a slow network, makes a request this share of a window early at most. */
const tolerance = 0.1;

/**
 * Tells why an importer was refused for coming too early.
 *
 * Fixed windows leave their mark: the requests break the limit, yet there is a way to cut time into
 * windows of the limit's length so that none of them holds too many. That happens only to those who
 * count per window, and send what is left of one window and all of the next in one go.
 */
export function pacingCrime(entries: readonly LedgerEntry[], limit: SimulatedLimit): Conviction | undefined {
  const length = limit.seconds * 1000;
  // Early by more than a whole window: another limit refused it, such as one for the day.
  const earlyBy = entries
    .filter(entry => entry.status === 429 && !entry.fault)
    .map(entry => -(entry.lateByMs ?? 0))
    .filter(early => early > length * tolerance && early <= length);
  if (earlyBy.length === 0) return undefined;
  const arrivals = entries.map(entry => entry.at);
  const fits = arrivals.slice(0, 500).some(start => fitsWindows(arrivals, start % length, limit));
  const seen = `${earlyBy.length} of ${entries.length} requests came too early, by up to ${Math.round(Math.max(...earlyBy))} ms`;
  if (fits) {
    const counted = `though counted in fixed windows of ${limit.seconds} s there were hardly ever more than ${limit.requests}`;
    return { crime: 'fixed-window-pacing', evidence: `${seen}, ${counted}` };
  }
  return { crime: 'no-pacing', evidence: seen };
}

/** Whether windows that begin at this phase hold no more than the limit allows, but for a few at whose edge a request was slow. */
function fitsWindows(arrivals: readonly number[], phase: number, { requests, seconds }: SimulatedLimit): boolean {
  const held = new Map<number, number>();
  for (const at of arrivals) {
    const window = Math.floor((at - phase) / (seconds * 1000) + 1e-9);
    held.set(window, (held.get(window) ?? 0) + 1);
  }
  const overfull = [...held.values()].filter(count => count > requests).length;
  return overfull <= held.size * tolerance;
}
