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
  const changed = await em.execute<Changed[]>(changes, [now, now]);
  return [
    ...rows.map(row => tooMany(row, nameOf(row.platform))),
    ...changed.map(
      ({ platform, customers, since, sample, reason }): Finding => ({
        ...{ kind: AlertKind.PLATFORM_CHANGED, platform, severity: AlertSeverity.PAGE, owner: AlertOwner.US },
        problem: `What ${nameOf(platform)} sends could not be read for ${customers} customers within an hour: it has changed.`,
        remedy:
          'Compare the sample in `details`, which holds names and kinds and no values, with what the connector reads. What was set aside can be imported again once it is mended.',
        ...{ details: { customers, reason, sample }, occurrence: since, since: new Date(since) },
      }),
    ),
  ];
};

interface Changed {
  readonly platform: string;
  readonly customers: number;
  readonly since: string;
  readonly reason: string | null;
  readonly sample: unknown;
}

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

// Records that were set aside, and runs that could not even read the reply around them. The latest is the sample.
const changes = `
select platform, count(distinct customer_id)::integer as customers, min(seen_at) as since,
  (array_agg(reason order by seen_at desc))[1] as reason, (array_agg(shape order by seen_at desc) filter (where shape is not null))[1] as sample
from (
  select r.platform, u.customer_id, u.seen_at, u.reason, u.shape
  from unusable_records u join runs r on r.id = u.run_id, (select ?::timestamptz as now) t
  where u.seen_at > t.now - interval '1 hour' and u.code = 'PLATFORM_CHANGED'
  union all
  select r.platform, r.customer_id, r.finished_at, r.error ->> 'message', null
  from runs r, (select ?::timestamptz as now) t
  where r.finished_at > t.now - interval '1 hour' and r.status = 'FAILED' and r.error ->> 'code' = 'PLATFORM_CHANGED'
) s group by platform having count(distinct customer_id) > 3`;
