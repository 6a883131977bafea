import type { Listing } from '#connector';
import type { Standing } from './standing.js';

/**
 * Which stretch a turn reads: from what was covered before, and some of that again, because calls appear and change later.
 *
 * Reading again all that may still change costs many pages where that is two weeks. So most turns look back a few
 * hours, in which most calls appear, and every few hours one looks back all the way: from as long before the last such look as
 * a call may still change.
 */
export interface Look {
  readonly from: Date;
  readonly to: Date;
  readonly thorough: boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quickHours = 6;

export function nextLook(
  { coveredTo, thoroughAt }: Standing,
  historyFrom: Date,
  now: Date,
  { settleHours, reachesBackDays = Number.POSITIVE_INFINITY }: Pick<Listing, 'settleHours' | 'reachesBackDays'>,
): Look {
  const thorough = thoroughAt === null || now.getTime() - thoroughAt.getTime() >= quickHours * hourMs;
  const reach = now.getTime() - reachesBackDays * dayMs;
  const earliest = Math.max(historyFrom.getTime(), reach);
  return { from: new Date(Math.max(earliest, begin())), to: now, thorough };

  function begin(): number {
    if (coveredTo === null || thoroughAt === null) return earliest;
    if (thorough) return thoroughAt.getTime() - settleHours * hourMs;
    return coveredTo.getTime() - Math.min(settleHours, quickHours) * hourMs;
  }
}
