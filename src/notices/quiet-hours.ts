import { momentOf, wallClock } from '../syncs/index.js';

export interface QuietHours {
  /** Local times, as `22:00`. */
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

export const dayMs = 86_400_000;

/** The end of the quiet hours in which `now` lies; else `now`. They may go over midnight. */
export function afterQuietHours(now: Date, { from, to, timeZone }: QuietHours): Date {
  const wall = wallClock(now.getTime(), timeZone);
  const [begin, end, time] = [timeOf(from), timeOf(to), wall % dayMs];
  const isQuiet = begin <= end ? time >= begin && time < end : time >= begin || time < end;
  if (!isQuiet) return now;
  const midnight = wall - time;
  const endWall = begin > end && time >= begin ? midnight + dayMs + end : midnight + end;
  return new Date(momentOf(endWall, timeZone));
}

/** Milliseconds of a local time such as `07:30` after midnight. */
export function timeOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}
