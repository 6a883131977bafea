import { connectorFor, leastSeconds, requestsFor } from '../catalog/index.js';
import type { Connection } from '../access/index.js';
import { Call } from '../calls/index.js';
import { planSlices } from '../engine/index.js';
import type { Scope } from '../scope.js';
import type { Sync } from './sync.entity.js';
import type { RereadCost } from './sync.type.js';

/** What it costs to bring a stretch afresh, judged by the calls of the account that are here; no request is sent. */
export async function rereadCost(
  scope: Scope,
  { withTranscripts }: Pick<Sync, 'withTranscripts'>,
  { customerId, platform, accountId }: Pick<Connection, 'customerId' | 'platform' | 'accountId'>,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<RereadCost> {
  const connector = connectorFor(scope, platform);
  const limits = scope.platformLimits.get(platform) ?? connector.limits;
  const where = { customerId, platform, accountId, startedAt: { $gte: from, $lt: to } };
  const calls = await scope.em.count(Call, where);
  const window = { from: from.toISOString(), to: to.toISOString() };
  // Each window that the platform lists costs a page, be it empty.
  const { maxWindowDays, parts = [undefined] } = connector.calls;
  const lists = planSlices(window, { maxWindowDays }).length * parts.length;
  const requests = Math.max(lists, requestsFor(connector, calls, withTranscripts));
  return { calls, requests, seconds: leastSeconds(connector, limits, { calls, withTranscripts }) };
}
