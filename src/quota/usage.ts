import type { Connector } from '#connector';
import type { Metrics } from '../core/metrics.js';
import type { PacerHouse } from './pacer.js';

/** A pause longer than this is not the account being read. */
const busyMs = 10_000;
const mostAccounts = 10_000;

/**
 * How well the limits of an account are used while it is read: what was sent, beside what the tightest of the short
 * limits that count it would have let through in the same time.
 *
 * @returns what to call after each request, with its group of limits and how long it waited for leave.
 */
export function usageOf(
  { metrics, platformLimits }: Pick<PacerHouse, 'platformLimits'> & { readonly metrics: Metrics },
  { manifest: { id: platform }, limits: published }: Connector,
  accountId: string,
): (group: string | undefined, waitedMs: number) => void {
  const own = platformLimits.get(platform);
  const short = (own ?? published).filter(({ seconds }) => seconds <= 60);
  const lastSent = lastSentOf(metrics);
  return (asked, waitedMs) => {
    metrics.observe('patchbay_quota_wait_seconds', { platform }, waitedMs / 1_000);
    // Limits that the operator set count every request alike.
    const group = own === undefined ? asked : undefined;
    const counting = short.filter(limit => limit.group === undefined || limit.group === group);
    if (counting.length === 0) return;
    const perMs = Math.min(...counting.map(({ requests, seconds }) => requests / seconds)) / 1_000;
    const account = `${platform}/${accountId} ${group ?? ''}`;
    const now = performance.now();
    const gapMs = now - (lastSent.get(account) ?? Number.NEGATIVE_INFINITY);
    // In the order of last use, so that the oldest are forgotten.
    lastSent.delete(account);
    lastSent.set(account, now);
    if (lastSent.size > mostAccounts) lastSent.delete(lastSent.keys().next().value ?? '');
    if (gapMs > busyMs) return;
    metrics.count('patchbay_quota_requests_total', { platform });
    metrics.count('patchbay_quota_permitted_requests_total', { platform }, gapMs * perMs);
  };
}

const known = new WeakMap<Metrics, Map<string, number>>();

function lastSentOf(metrics: Metrics): Map<string, number> {
  const found = known.get(metrics) ?? new Map<string, number>();
  known.set(metrics, found);
  return found;
}
