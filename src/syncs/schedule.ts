/**
 * When a sync is to run: pure, so that it can be tried on every clock change there is.
 *
 * A slot is the moment that the schedule names; it starts a little later, by as much as is the sync's own, so that not
 * all of them come at once. Each minute and each hour are counted in UTC and know no clock changes. All other schedules are
 * local times, and `momentOf` says what becomes of those that are skipped or doubled: each local time runs once.
 */
import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { SyncCadence } from './cadence.js';
import { momentOf, wallClock } from './local-time.js';

export interface Schedule {
  readonly cadence: SyncCadence;
  /** For REAL_TIME: how far its turns are apart. */
  readonly pollMinutes: number;
  /** Five fields; only for CRON. */
  readonly cron: string | null;
  /** For DAILY, NIGHT and CRON. */
  readonly timeZone: string | null;
  /** `hh:mm`; only for DAILY. */
  readonly dailyAt: string | null;
  /** `hh:mm`; only for NIGHT. */
  readonly nightFrom: string | null;
  readonly nightTo: string | null;
}

export interface Slot {
  /** What the schedule names. */
  readonly slotAt: Date;
  /** When it starts. */
  readonly dueAt: Date;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How far the starts of one moment are spread, in seconds. */
const spreadSeconds: Readonly<Record<SyncCadence, number>> = {
  [SyncCadence.REAL_TIME]: 60,
  [SyncCadence.EVERY_MINUTE]: 60,
  [SyncCadence.HOURLY]: 3_600,
  [SyncCadence.DAILY]: 300,
  [SyncCadence.NIGHT]: 60,
  [SyncCadence.CRON]: 60,
};

function spreadOf({ cadence, pollMinutes }: Schedule): number {
  return spreadSeconds[cadence] * (cadence === SyncCadence.REAL_TIME ? pollMinutes : 1);
}

/** The first slot that starts later than `after`; undefined when none ever comes. */
export function nextSlot(syncId: string, schedule: Schedule, after: Date): Slot | undefined {
  const spread = Math.floor(shareOf(syncId, 'spread') * spreadOf(schedule)) * 1_000;
  const slotAt = firstAfter(syncId, schedule, after.getTime() - spread);
  return slotAt === undefined ? undefined : { slotAt: new Date(slotAt), dueAt: new Date(slotAt + spread) };
}

/** The shortest time between two slots, in seconds. */
export function shortestGapSeconds({ cadence, cron, pollMinutes }: Schedule): number {
  if (cadence === SyncCadence.REAL_TIME) return 60 * pollMinutes;
  if (cadence === SyncCadence.EVERY_MINUTE) return 60;
  if (cadence === SyncCadence.HOURLY) return 3_600;
  if (cadence !== SyncCadence.CRON) return dayMs / 1_000;
  const runs = readCron(cron ?? '').nextRuns(1_500, new Date(0));
  const gaps = runs.slice(1).map((run, i) => run.getTime() - (runs[i] as Date).getTime());
  return Math.min(dayMs, ...gaps) / 1_000;
}

/** @throws when it is none, or names a day that never comes. */
export function readCron(pattern: string): Cron {
  const cron = new Cron(pattern, { timezone: 'UTC', mode: '5-part', paused: true });
  if (cron.nextRun() === null) throw new RangeError('It names a day that never comes.');
  return cron;
}

function firstAfter(syncId: string, schedule: Schedule, after: number): number | undefined {
  if (schedule.cadence === SyncCadence.REAL_TIME) return nextMultiple(after, schedule.pollMinutes * minuteMs);
  if (schedule.cadence === SyncCadence.EVERY_MINUTE) return nextMultiple(after, minuteMs);
  if (schedule.cadence === SyncCadence.HOURLY) return nextMultiple(after, hourMs);
  const zone = schedule.timeZone ?? 'UTC';
  const cron = readCron(patternOf(syncId, schedule));
  // Local times of up to a day before may still lie ahead, where a clock was set back.
  let wall = new Date(wallClock(after, zone) - longestChangeMs);
  for (;;) {
    const next = cron.nextRun(wall);
    if (next === null) return undefined;
    const moment = momentOf(next.getTime(), zone);
    if (moment > after) return moment;
    wall = next;
  }
}

/** No clock has been set back by more in this century. */
const longestChangeMs = 3 * hourMs;

function patternOf(syncId: string, { cadence, cron, dailyAt, nightFrom, nightTo }: Schedule): string {
  if (cadence === SyncCadence.CRON) return cron ?? '';
  const minute = cadence === SyncCadence.DAILY ? minuteOf(dailyAt) : withinNight(syncId, nightFrom, nightTo);
  return `${minute % 60} ${Math.floor(minute / 60)} * * *`;
}

/** The minute of the day at which this sync has its night. */
function withinNight(syncId: string, from: string | null, to: string | null): number {
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  const length = (end - begin + 1_440) % 1_440 || 1_440;
  return (begin + Math.floor(shareOf(syncId, 'night') * length)) % 1_440;
}

function minuteOf(time: string | null): number {
  const [hours = 0, minutes = 0] = (time ?? '00:00').split(':').map(Number);
  return hours * 60 + minutes;
}

function nextMultiple(after: number, step: number): number {
  return (Math.floor(after / step) + 1) * step;
}

/** From 0 to below 1, the same for ever. */
function shareOf(syncId: string, purpose: string): number {
  return createHash('sha256').update(`${purpose} ${syncId}`).digest().readUInt32BE() / 2 ** 32;
}
