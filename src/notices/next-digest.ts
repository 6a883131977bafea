import { momentOf, wallClock } from '../syncs/index.js';
import type { Channel } from './channel.entity.js';
import { dayMs, timeOf } from './quiet-hours.js';

export interface DigestTime {
  readonly digest: NonNullable<Channel['digest']>;
  /** Local time, as `08:00`. */
  readonly at: string;
  readonly timeZone: string;
}

const monday = 1;

/** When the summary comes in which something of now is told: the next day at that time, or the next Monday. */
export function nextDigest(now: Date, { digest, at, timeZone }: DigestTime): Date {
  const wall = wallClock(now.getTime(), timeZone);
  const midnight = wall - (wall % dayMs);
  for (let day = midnight; ; day += dayMs) {
    const isDue = digest === 'DAILY' || new Date(day).getUTCDay() === monday;
    if (isDue && day + timeOf(at) > wall) return new Date(momentOf(day + timeOf(at), timeZone));
  }
}
