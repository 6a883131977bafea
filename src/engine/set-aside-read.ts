import type { Window } from '#connector';

/** Calls by external id, with the milliseconds of their starts, in the order in which they were listed. */
type ReadCalls = ReadonlyMap<string, number>;

/** Lists that are ordered by time are so more or less. */
const marginPages = 1;
const fewestPages = 3;

/**
 * Where to divide a slice whose cursor has died, so that one part is what was read and the other what is left.
 * Undefined when too little was read. Where the list is in no order, the count does not come out and all is read again.
 */
export function setAsideRead(
  slice: Window,
  read: ReadCalls,
  pageSize: number,
): { readonly middle: string; readonly readIs: 'newer' | 'older' } | undefined {
  const listed = callsWithin(slice, read);
  if (listed.length < fewestPages * pageSize) return undefined;
  const half = listed.length >> 1;
  const readIs = mean(listed.slice(0, half)) > mean(listed.slice(half)) ? 'newer' : 'older';
  const edge = listed.toSorted((a, b) => (readIs === 'newer' ? a - b : b - a))[marginPages * pageSize] as number;
  const middle = Math.ceil(edge / 1_000) * 1_000;
  if (middle <= Date.parse(slice.from) || middle >= Date.parse(slice.to)) return undefined;
  return { middle: new Date(middle).toISOString(), readIs };
}

/** The starts of those calls that began in the window. */
export function callsWithin({ from, to }: Window, calls: ReadCalls): number[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return [...calls.values()].filter(at => at >= start && at < end);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
