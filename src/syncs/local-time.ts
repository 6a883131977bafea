/**
 * Which moment a local time is, with our own policy for the days on which clocks change: a local time that is skipped
 * is the first moment after the gap, and one that comes twice is the first of the two.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(zone, format);
  return format;
}

/** Whether there is such a zone. An offset is none: it would be an hour wrong for half of the year. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What a wall clock in the zone shows, as if it were UTC, in milliseconds. */
export function wallClock(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (instant % 1_000);
}

const dayMs = 86_400_000;

/** The moment of a local time, both in milliseconds. Never earlier for a later local time. */
export function momentOf(wall: number, zone: string): number {
  const offsetAt = (instant: number): number => wallClock(instant, zone) - instant;
  const [before, after] = [offsetAt(wall - dayMs), offsetAt(wall + dayMs)];
  const candidates = [wall - before, wall - after].toSorted((a, b) => a - b);
  const first = candidates.find(instant => wallClock(instant, zone) === wall);
  return first ?? endOfGap(candidates[0] as number, candidates[1] as number, wall, zone);
}

/** The first moment whose local time is later than one that is skipped, to the second. */
function endOfGap(earliest: number, latest: number, wall: number, zone: string): number {
  let [low, high] = [Math.floor(earliest / 1_000), Math.ceil(latest / 1_000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallClock(middle * 1_000, zone) > wall) high = middle;
    else low = middle;
  }
  return high * 1_000;
}
