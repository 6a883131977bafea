import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import type { Signal } from './signal.js';

interface Row {
  readonly connection_id: string;
  readonly customer_id: string;
  readonly platform: string;
  readonly account: string;
  readonly stored: number;
  readonly unusable: number;
  readonly run_id: string;
  readonly since: string;
}

/** Records that could not be used, by their share of what came in the last day; and platforms whose format has changed. */
export const failedItems: Signal = async ({ em }, { now, nameOf }) => {
  const rows = await em.execute<Row[]>(shares, [now]);
  const changed = await em.execute<{ platform: string; customers: number; since: string }[]>(changes, [now]);
  return [
    ...rows.map(row => tooMany(row, nameOf(row.platform))),
    ...changed.map(
      ({ platform, customers, since }): Finding => ({
        ...{ kind: AlertKind.PLATFORM_CHANGED, platform, severity: AlertSeverity.PAGE, owner: AlertOwner.US },
        problem: `Records of ${nameOf(platform)} could not be read for ${customers} customers within an hour: what it sends has changed.`,
        remedy:
          'Compare the records that were set aside with the connector. What was set aside can be imported again once it is mended.',
        ...{ details: { customers }, occurrence: since, since: new Date(since) },
      }),
    ),
  ];
};

const worse = { records: 20, share: 0.05 };

function tooMany(row: Row, platformName: string): Finding {
  const { customer_id: customerId, connection_id: connectionId, platform, account, stored, unusable } = row;
  const share = unusable / (stored + unusable);
  const isWorse = unusable >= worse.records && share > worse.share;
  return {
    ...{ kind: AlertKind.FAILED_ITEMS, customerId, connectionId, platform, owner: AlertOwner.US },
    severity: isWorse ? AlertSeverity.ERROR : AlertSeverity.WARNING,
    problem: `${unusable} of ${stored + unusable} records that ${platformName} listed in the last day could not be used; the rest is here.`,
    remedy:
      'Their reasons are listed by `import { unusableRecords }`. What the platform mends comes by importing the window again.',
    details: { account, unusable, stored, percent: Math.round(share * 1_000) / 10 },
    ...{ occurrence: row.run_id, since: new Date(row.since) },
  };
}

const shares = `
select * from (
  select r.connection_id, r.customer_id, r.platform, n.account_name as account, sum(r.stored)::integer as stored, sum(r.unusable)::integer as unusable,
    max(r.id::text) filter (where r.unusable > 0) as run_id, min(r.finished_at) filter (where r.unusable > 0) as since
  from runs r join connections n on n.id = r.connection_id, (select ?::timestamptz as now) t
  where r.finished_at > t.now - interval '1 day' and r.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES')
  group by r.connection_id, r.customer_id, r.platform, n.account_name
) s where unusable >= 10 and unusable > 0.01 * (stored + unusable)`;

const changes = `
select r.platform, count(distinct u.customer_id)::integer as customers, min(u.seen_at) as since
from unusable_records u join runs r on r.id = u.run_id, (select ?::timestamptz as now) t
where u.seen_at > t.now - interval '1 hour' and u.code = 'PLATFORM_CHANGED'
group by r.platform having count(distinct u.customer_id) > 3`;
