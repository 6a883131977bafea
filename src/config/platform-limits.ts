import type { Limit } from '#connector';
import type { z } from 'zod';

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** Every send within a window of a minute or less is remembered by itself. */
const mostRemembered = 10_000;

/** `off`, or a list such as `30/1s,100000/1d`. They hold for an account as a whole. */
export function readLimits(list: string, context: z.RefinementCtx<string>): readonly Limit[] {
  if (list === 'off') return Object.freeze([]);
  return Object.freeze(list.split(',').map((item, index) => readLimit(item.trim(), index + 1, context)));
}

function readLimit(item: string, place: number, context: z.RefinementCtx<string>): Limit {
  const [, requests = '', times = '', unit = ''] = /^(\d{1,9})\/(\d{0,5})([smhd])$/.exec(item) ?? [];
  const limit = { requests: Number(requests), seconds: Number(times || 1) * (secondsIn[unit] ?? 0) };
  if (limit.requests < 1 || limit.seconds < 1) {
    context.addIssue(`must say off, or list limits such as 3/1s, 40/1m or 10000/1d; number ${place} is neither`);
  } else if (limit.seconds <= 60 && limit.requests > mostRemembered) {
    context.addIssue(`must not count more than ${mostRemembered} requests in a minute or less; number ${place} does`);
  }
  return Object.freeze({ ...limit, owner: 'account' });
}
