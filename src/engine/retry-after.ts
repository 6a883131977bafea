import type { Headers, WaitHeader } from '#connector';

const shortestMs = 1_000;
const longestMs = 86_400_000;

const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const isoDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Until when a reply asks us to wait: by `Retry-After`, else by the headers in which the platform says so.
 * Undefined when none of them is there or nobody can tell what they mean.
 */
export function waitUntil(headers: Headers, others: readonly WaitHeader[] | undefined, now: Date): Date | undefined {
  const usual = retryAfter(headers['retry-after'], now);
  if (usual !== undefined) return usual;
  for (const { name, unit } of others ?? []) {
    const moment = /^\d{1,16}(\.\d+)?$/.test(headers[name]?.trim() ?? '') ? Number(headers[name]) : Number.NaN;
    const until = clamped(moment * (unit === 'epoch-seconds' ? 1_000 : 1) - now.getTime(), now);
    if (until !== undefined) return until;
  }
  return undefined;
}

/**
 * Until when a `Retry-After` header asks us to wait: seconds, an HTTP date or an ISO date.
 * Never less than a second from now and never more than a day, whatever the platform writes.
 * Undefined when there is no header or nobody can tell what it means.
 */
export function retryAfter(header: string | undefined, now: Date): Date | undefined {
  return clamped(readWait(header?.trim() ?? '', now), now);
}

function clamped(waitMs: number, now: Date): Date | undefined {
  if (Number.isNaN(waitMs)) return undefined;
  return new Date(now.getTime() + Math.min(longestMs, Math.max(shortestMs, Math.ceil(waitMs))));
}

function readWait(text: string, now: Date): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  // `Date.parse` alone would take almost anything for a date.
  if (httpDate.test(text) || isoDate.test(text)) return Date.parse(text) - now.getTime();
  return Number.NaN;
}
