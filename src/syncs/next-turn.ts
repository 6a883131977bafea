import { CallerError } from '../core/errors.js';
import { nextSlot, type Schedule } from './schedule.js';

/**
 * The columns that say when a sync runs next.
 *
 * @param latestSlot a moment that had its turn; only later ones are named.
 * @throws CallerError INVALID_SCHEDULE when it never does.
 */
export function nextTurnOf(
  syncId: string,
  schedule: Schedule,
  now: Date,
  latestSlot = new Date(0),
): { readonly nextSlotAt: Date; readonly nextAt: Date } {
  let next = nextSlot(syncId, schedule, now);
  while (next !== undefined && next.slotAt <= latestSlot) next = nextSlot(syncId, schedule, next.dueAt);
  if (next !== undefined) return { nextSlotAt: next.slotAt, nextAt: next.dueAt };
  throw new CallerError('INVALID_SCHEDULE', 'The schedule names no time that will come.', {
    field: 'input.schedule',
    remedy: 'Choose days and hours that come again and again.',
  });
}
