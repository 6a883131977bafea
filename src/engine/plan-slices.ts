import type { Window } from '#connector';

const hourMs = 3_600_000;
const dayMs = 86_400_000;
const callsPerSlice = 1_000;
/** A small import is split too, so that several requests can be under way. */
const fewSlices = 4;
const callsPerSmallSlice = 200;
const mostSlices = 200;
/** A slice that turns out to hold more than this is split. */
const crowded = 5_000;

/**
 * Splits a window into slices, newest first: half-open, without gap or overlap, covering it exactly.
 * About 1,000 calls each where the total is known, fewer in a small import, at least an hour, and never longer than the platform lists.
 */
export function planSlices(
  window: Window,
  { total = 0, maxWindowDays }: { readonly total?: number | undefined; readonly maxWindowDays?: number | undefined },
): readonly Window[] {
  const from = Date.parse(window.from);
  const to = Date.parse(window.to);
  const span = to - from;
  const dense = Math.max(Math.ceil(total / callsPerSlice), Math.min(fewSlices, Math.ceil(total / callsPerSmallSlice)));
  const wanted = Math.min(dense, mostSlices, Math.floor(span / hourMs));
  // Bounds are rounded to whole seconds, which may make a slice a second longer.
  const needed = maxWindowDays === undefined ? 1 : Math.ceil(span / (maxWindowDays * dayMs - 1_000));
  const count = Math.max(1, wanted, needed);

  const bounds = Array.from({ length: count + 1 }, (_, i) => {
    if (i === 0) return window.to;
    if (i === count) return window.from;
    return new Date(wholeSecond(to - (span * i) / count)).toISOString();
  });
  return bounds.slice(1).map((bound, i) => ({ from: bound, to: bounds[i] as string }));
}

/**
 * Where to split a slice that turned out far denser than planned, as its first page shows.
 * Undefined when it may stay as it is: not above 5,000 calls, or not longer than an hour.
 */
export function splitSlice(slice: Window, total: number | undefined): string | undefined {
  const from = Date.parse(slice.from);
  const to = Date.parse(slice.to);
  if (total === undefined || total <= crowded || to - from <= hourMs) return undefined;
  return new Date(wholeSecond((from + to) / 2)).toISOString();
}

/** Some platforms cut fractions of a second off, which would move a bound. */
function wholeSecond(ms: number): number {
  return Math.round(ms / 1_000) * 1_000;
}
