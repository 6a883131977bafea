import type { Connector } from '#connector';
import type { Metrics } from '../core/metrics.js';
import type { PacerHouse } from './pacer.js';

/** A pause longer than this is not the account being read. */
const busyMs = 10_000;
const mostAccounts = 10_000;

/**
 * How well the limits of an account are used while it is read: what was sent, beside what the tightest of the short
 * limits would have let through in the same time.
 *
 * @returns what to call after each request, with how long it waited for leave.
 */
export function usageOf(
  { metrics, platformLimits }: Pick<PacerHouse, 'platformLimits'> & { readonly metrics: Metrics },
  { manifest: { id: platform }, limits: published }: Connector,
  accountId: string,
): (waitedMs: number) => void {
  const limits = platformLimits.get(platform) ?? published;
  const short = limits.filter(({ seconds }) => seconds <= 60);
  const perMs = Math.min(...short.map(({ requests, seconds }) => requests / seconds)) / 1_000;
  const account = `${platform}/${accountId}`;
  const lastSent = lastSentOf(metrics);
  return waitedMs => {
    metrics.observe('patchbay_quota_wait_seconds', { platform }, waitedMs / 1_000);
    if (short.length === 0) return;
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
