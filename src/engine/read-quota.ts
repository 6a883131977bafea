import type { Headers, QuotaHeaders } from '#connector';
import type { ToldQuota } from './pacer.js';

/** Nobody is believed who closes a platform for longer. */
const longestMs = 86_400_000;

/** What a reply says of the limit that counted its request; undefined when it says nothing of use. */
export function readQuota(names: QuotaHeaders | undefined, headers: Headers, now: Date): ToldQuota | undefined {
  if (names === undefined) return undefined;
  const limit = amount(headers, names.limit);
  const resetMs = (amount(headers, names.reset) ?? 0) * 1_000;
  const isSpent = amount(headers, names.remaining) === 0 && resetMs > 0;
  const until = isSpent ? new Date(now.getTime() + Math.min(longestMs, resetMs)) : undefined;
  return limit === undefined && until === undefined ? undefined : { limit, until };
}

/** Some write `30, 30;w=60`: the limit, and behind it the rules that it comes from. */
function amount(headers: Headers, name: string | undefined): number | undefined {
  const [text] = (name === undefined ? '' : (headers[name] ?? '')).split(/[,;]/);
  return /^\d{1,9}$/.test(text?.trim() ?? '') ? Number(text) : undefined;
}
