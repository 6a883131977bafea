/**
 * Whether a day brought unusually many or few calls.
 *
 * The level of a day is the median of the last eight days of the same weekday. How far days lie from their levels is pooled
 * over all business days of those eight weeks, some forty values, and measured so that a few odd days do not count. Below the
 * floors nothing is odd: small numbers vary.
 */

export interface Day {
  /** As `2026-11-20`, in the local time of the connection. */
  readonly on: string;
  readonly calls: number;
  /** Under an incident, or as somebody expected: it says nothing about what is usual. */
  readonly isOdd?: boolean;
}

export interface Verdict {
  readonly kind: 'stop' | 'drop' | 'surge';
  readonly severity: 'warning' | 'error';
  /** What such a day usually brings. */
  readonly level: number;
  readonly calls: number;
}

const weeks = 8;
const leastWeeks = 6;
const leastFull = 4;
const stopLevels = { error: 20, warning: 8 };
const scores = { drop: -3.5, surge: 4.5 };
const leastSpread = 0.25;
const dayMs = 86_400_000;

/**
 * @param days business days in order, the one to be judged last.
 * @returns undefined when it is as usual, or when too little is known to say.
 */
export function judgeDay(days: readonly Day[]): Verdict | undefined {
  const today = days.at(-1);
  if (today === undefined || today.isOdd === true) return undefined;
  const seen = standingOf(days, days.length - 1);
  if (seen === undefined) return quietWeek(days);
  const { level, score } = seen;
  const about = { level, calls: today.calls };
  if (today.calls === 0 && level >= stopLevels.warning) {
    const lasts = days.at(-2)?.calls === 0;
    return { kind: 'stop', severity: level >= stopLevels.error || lasts ? 'error' : 'warning', ...about };
  }
  if (score > scores.surge) return { kind: 'surge', severity: 'warning', ...about };
  if (level < stopLevels.warning) return quietWeek(days);
  const before = score < scores.drop && days.at(-2)?.isOdd !== true ? standingOf(days, days.length - 2) : undefined;
  return before !== undefined && before.score < scores.drop
    ? { kind: 'drop', severity: 'warning', ...about }
    : undefined;
}

/** Whether the last day alone brought far less than usual, whatever is to be made of it. */
export function isLow(days: readonly Day[]): boolean {
  const seen = standingOf(days, days.length - 1);
  if (seen === undefined || seen.level < stopLevels.warning) return false;
  return seen.score < scores.drop || days.at(-1)?.calls === 0;
}

/** How far a day lies from its level, in spreads. */
function standingOf(
  days: readonly Day[],
  index: number,
): { readonly level: number; readonly score: number } | undefined {
  const day = days[index];
  if (day === undefined) return undefined;
  const earliest = Date.parse(day.on) - weeks * 7 * dayMs;
  const known = days.slice(0, index).filter(({ on, isOdd }) => isOdd !== true && Date.parse(on) >= earliest);
  const byWeekday = Map.groupBy(known, ({ on }) => new Date(on).getUTCDay());
  const same = byWeekday.get(new Date(day.on).getUTCDay()) ?? [];
  if (same.length < leastWeeks || same.filter(({ calls }) => calls > 0).length < leastFull) return undefined;
  const levels = new Map([...byWeekday].map(([weekday, those]) => [weekday, median(those.map(({ calls }) => calls))]));
  const distances = known.map(({ on, calls }) =>
    Math.log((calls + 1) / ((levels.get(new Date(on).getUTCDay()) ?? 0) + 1)),
  );
  const level = levels.get(new Date(day.on).getUTCDay()) ?? 0;
  const middle = median(distances);
  const typical = 1.4826 * median(distances.map(distance => Math.abs(distance - middle)));
  const spread = Math.max(typical, 1 / Math.sqrt(level + 1), leastSpread);
  return { level, score: Math.log((day.calls + 1) / (level + 1)) / spread };
}

const leastWeekly = 20;

/** Where single days bring too few calls to tell, a week without any does. */
function quietWeek(days: readonly Day[]): Verdict | undefined {
  const [week, before] = [days.slice(-5), days.slice(-5 * (weeks + 1), -5).filter(({ isOdd }) => isOdd !== true)];
  if (week.length < 5 || before.length < 5 * leastWeeks || week.some(({ calls, isOdd }) => calls > 0 || isOdd))
    return undefined;
  const weekly = before.reduce((sum, { calls }) => sum + calls, 0) / (before.length / 5);
  return weekly < leastWeekly ? undefined : { kind: 'stop', severity: 'warning', level: weekly / 5, calls: 0 };
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** On so many of the connections of a region at once it is a holiday. */
const holidayShare = 0.3;
const leastForHoliday = 5;

/** Whether a day is held as a holiday: this many of so many connections of the same region bring less than usual. */
export function isHoliday(low: number, of: number): boolean {
  return of >= leastForHoliday && low >= of * holidayShare;
}
