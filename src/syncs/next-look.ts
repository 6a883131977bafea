import type { Listing } from '#connector';
import { SyncCadence } from './cadence.js';
import { nextSlot, type Schedule } from './schedule.js';
import type { Standing } from './standing.js';

/**
 * Which stretch a turn reads: from what was covered before, and some of that again, because calls appear and change later.
 *
 * Reading again all that may still change costs many pages where that is two weeks. So most turns look back a few
 * hours, in which most calls appear, and every few hours one looks back all the way: from as long before the last such look as
 * a call may still change. Once a night, or else at the first turn after it, two weeks are recounted.
 */
export interface Look {
  readonly from: Date;
  readonly to: Date;
  readonly thorough: boolean;
  /** Whether what the platform lists is compared with what is here. */
  readonly recount: boolean;
  /** Calls that began before should have been here; null while nothing has been read. */
  readonly gapsBefore: Date | null;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quickHours = 6;
const recountedDays = 14;

const nightly = {
  cadence: SyncCadence.NIGHT,
  cron: null,
  dailyAt: null,
  nightFrom: '00:00',
  nightTo: '05:00',
  pollMinutes: 1,
};

export function nextLook(
  { coveredTo, thoroughAt, recountedAt }: Standing,
  sync: { readonly id: string; readonly historyFrom: Date } & Pick<Schedule, 'timeZone'>,
  now: Date,
  { settleHours, reachesBackDays = Number.POSITIVE_INFINITY }: Pick<Listing, 'settleHours' | 'reachesBackDays'>,
): Look {
  const isRecount = coveredTo !== null && thoroughAt !== null && isNightSince(recountedAt ?? thoroughAt);
  const thorough = isRecount || thoroughAt === null || now.getTime() - thoroughAt.getTime() >= quickHours * hourMs;
  const reach = now.getTime() - reachesBackDays * dayMs;
  const earliest = Math.max(sync.historyFrom.getTime(), reach);
  const from = isRecount ? Math.min(begin(), now.getTime() - recountedDays * dayMs) : begin();
  return {
    ...{ from: new Date(Math.max(earliest, from)), to: now, thorough },
    recount: isRecount,
    gapsBefore: coveredTo === null ? null : new Date(coveredTo.getTime() - dayMs),
  };

  function begin(): number {
    if (coveredTo === null || thoroughAt === null) return earliest;
    if (thorough) return thoroughAt.getTime() - settleHours * hourMs;
    return coveredTo.getTime() - Math.min(settleHours, quickHours) * hourMs;
  }

  /** Whether the sync's moment of a night has come since: each has its own, so that not all of them come at once. */
  function isNightSince(time: Date): boolean {
    const moment = nextSlot(sync.id, { ...nightly, timeZone: sync.timeZone }, time);
    return moment !== undefined && moment.dueAt <= now;
  }
}
