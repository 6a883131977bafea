import type { Connector, Limit } from '#connector';
import { CallerError } from '../core/errors.js';
import { SyncCadence } from './cadence.js';
import { isZone } from './local-time.js';
import { readCron, type Schedule, shortestGapSeconds } from './schedule.js';
import type { SyncScheduleInput } from './sync.type.js';

/** Syncs leave as much of each limit to imports and to what is new. */
const shareOfLimit = 0.5;
const clockTime = /^([01]\d|2[0-3]):[0-5]\d$/;
const field = (name: string): string => `input.schedule.${name}`;

/**
 * The schedule in full.
 *
 * @throws CallerError INVALID_SCHEDULE when it cannot be read, names what its cadence does not know, or comes too often.
 */
export function checkSchedule(input: SyncScheduleInput, connector: Connector, limits: readonly Limit[]): Schedule {
  const schedule = { ...scheduleOf(input), pollMinutes: fewestMinutes(connector, limits) };
  // It polls as often as it may.
  if (schedule.cadence === SyncCadence.REAL_TIME) return schedule;
  const gapSeconds = shortestGapSeconds(schedule);
  const { manifest, calls } = connector;
  const requestsPerTurn = calls.parts?.length ?? 1;
  const tight = limits.find(
    ({ requests, seconds }) => Math.max(1, seconds / gapSeconds) * requestsPerTurn > requests * shareOfLimit,
  );
  if (tight === undefined) return schedule;
  const fewest = secondsFor(requestsPerTurn, tight);
  throw refused(
    'cadence',
    `${manifest.name} allows ${tight.requests} requests in ${tight.seconds} seconds, which is too few for this cadence.`,
    `Let it run every ${Math.ceil(fewest / 60)} minutes at most: choose a slower cadence.`,
  );
}

/** How far turns are apart at least, so that they leave enough of each limit to others. */
export function fewestSeconds({ calls }: Pick<Connector, 'calls'>, limits: readonly Limit[]): number {
  return Math.max(0, ...limits.map(limit => secondsFor(calls.parts?.length ?? 1, limit)));
}

const longestCountedSeconds = 3_600;

/** How many turns may begin within so many seconds, however close to each other; of the limits of days, an hour's part. */
export function turnsWithin(
  { calls }: Pick<Connector, 'calls'>,
  limits: readonly Limit[],
): readonly { readonly seconds: number; readonly turns: number }[] {
  return limits.map(limit => {
    const seconds = Math.min(limit.seconds, longestCountedSeconds);
    const requests = (limit.requests * shareOfLimit * seconds) / limit.seconds;
    return { seconds, turns: Math.max(1, Math.floor(requests / (calls.parts?.length ?? 1))) };
  });
}

/** `fewestSeconds` in whole minutes, for turns by a schedule. */
export function fewestMinutes(connector: Pick<Connector, 'calls'>, limits: readonly Limit[]): number {
  return Math.max(1, Math.ceil(fewestSeconds(connector, limits) / 60));
}

function secondsFor(requestsPerTurn: number, { requests, seconds }: Limit): number {
  return Math.ceil((seconds * requestsPerTurn) / (requests * shareOfLimit));
}

function scheduleOf(input: SyncScheduleInput): Omit<Schedule, 'pollMinutes'> {
  const { cadence } = input;
  refuseForeign(input);
  const none = { cadence, cron: null, timeZone: null, dailyAt: null, nightFrom: null, nightTo: null };
  switch (cadence) {
    case SyncCadence.DAILY:
      return { ...none, timeZone: zoneOf(input), dailyAt: timeOf('at', input.at) };
    case SyncCadence.NIGHT: {
      const [nightFrom, nightTo] = [timeOf('from', input.from ?? '00:00'), timeOf('to', input.to ?? '05:00')];
      return { ...none, timeZone: zoneOf(input), nightFrom, nightTo };
    }
    case SyncCadence.CRON:
      return { ...none, timeZone: zoneOf(input), cron: cronOf(input.cron) };
    default:
      return none;
  }
}

const known: Readonly<Record<SyncCadence, readonly string[]>> = {
  [SyncCadence.REAL_TIME]: [],
  [SyncCadence.EVERY_MINUTE]: [],
  [SyncCadence.HOURLY]: [],
  [SyncCadence.DAILY]: ['at', 'timeZone'],
  [SyncCadence.NIGHT]: ['from', 'to', 'timeZone'],
  [SyncCadence.CRON]: ['cron', 'timeZone'],
};

function refuseForeign({ cadence, ...rest }: SyncScheduleInput): void {
  const foreign = Object.entries(rest).find(([name, value]) => value != null && !known[cadence].includes(name));
  if (foreign === undefined) return;
  throw refused(
    foreign[0],
    `\`${foreign[0]}\` means nothing for ${cadence}.`,
    'Leave it out, or choose the cadence it belongs to.',
  );
}

function zoneOf({ timeZone }: SyncScheduleInput): string {
  const zone = timeZone ?? 'UTC';
  if (zone.length <= 100 && isZone(zone)) return zone;
  throw refused('timeZone', 'There is no such time zone.', 'Give a name of the IANA list, such as Europe/Berlin.');
}

function timeOf(name: string, time: string | null | undefined): string {
  if (time != null && clockTime.test(time)) return time;
  throw refused(name, 'That is no time of day.', 'Give hours and minutes of 24 hours, such as 06:30.');
}

const longestCron = 100;

function cronOf(cron: string | null | undefined): string {
  const pattern = cron?.trim() ?? '';
  try {
    if (pattern === '' || pattern.length > longestCron) throw new RangeError('It is empty or too long.');
    if (pattern.split(/\s+/).length !== 5) throw new RangeError('It has not five fields.');
    readCron(pattern);
    return pattern;
  } catch (cause) {
    throw refused(
      'cron',
      'The cron expression cannot be read, or names a day that never comes.',
      'Give five fields: minute, hour, day of the month, month, day of the week, such as `0 6 * * 1-5`.',
      cause,
    );
  }
}

function refused(name: string, message: string, remedy: string, cause?: unknown): CallerError {
  return new CallerError('INVALID_SCHEDULE', message, { field: field(name), remedy, cause });
}
