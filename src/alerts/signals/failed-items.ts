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

/** Records that could not be used, by their share of what came in the last day. */
export const failedItems: Signal = async ({ em }, { now, nameOf }) => {
  const rows = await em.execute<Row[]>(shares, [now]);
  return rows.map(row => tooMany(row, nameOf(row.platform)));
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
