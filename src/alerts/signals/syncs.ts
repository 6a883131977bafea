import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import { ownerOf } from './owner-of.js';
import type { Signal } from './signal.js';

const minute = 60_000;
/** No sync is late before so much more than its interval. */
const leastGraceMs = 15 * minute;
const leastMissedMs = 30 * minute;

interface Row {
  readonly id: string;
  readonly customer_id: string;
  readonly connection_id: string;
  readonly platform: string;
  readonly account: string;
  readonly cadence: string;
  readonly interval_seconds: number;
  readonly good_at: string;
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string } | null;
  readonly failed_at: string | null;
  readonly failures: number;
  readonly is_good_again: boolean;
  readonly is_at_work: boolean;
}

/** Syncs whose runs fail, and syncs that have not come to their end for longer than they should. */
export const syncs: Signal = async ({ em }, { now, nameOf }) => {
  const rows = await em.execute<Row[]>(question, [now]);
  return rows.flatMap(row => [...failing(row, nameOf(row.platform)), ...late(row, now, nameOf(row.platform))]);
};

function about(row: Row): Pick<Finding, 'connectionId' | 'customerId' | 'platform' | 'part'> {
  return { connectionId: row.connection_id, customerId: row.customer_id, platform: row.platform, part: row.id };
}

function failing(row: Row, platformName: string): Finding[] {
  const { failed_at: failedAt, error, failures, account } = row;
  if (failedAt === null) return [];
  return [
    {
      ...about(row),
      ...{ kind: AlertKind.SYNC_FAILING, severity: AlertSeverity.ERROR, owner: ownerOf(error?.code) },
      problem: `The sync of ${platformName} fails: ${error?.message ?? 'its latest run did not come to its end.'}`,
      remedy: error?.remedy ?? 'Look at `sync { problem }`; its next turn tries again by itself.',
      ...{ details: { account, failures }, occurrence: row.good_at, since: new Date(failedAt) },
      ...(row.is_good_again && { isEnding: true as const }),
    },
  ];
}

function late(row: Row, now: Date, platformName: string): Finding[] {
  const { interval_seconds: seconds, good_at: goodAt, account } = row;
  const [interval, silence] = [seconds * 1_000, now.getTime() - Date.parse(goodAt)];
  // What is being brought is not late: the first stretch may take hours.
  if (row.is_at_work || silence < Math.max(1.5 * interval, interval + leastGraceMs)) return [];
  return [
    {
      ...about(row),
      ...{ kind: AlertKind.SYNC_LATE, owner: AlertOwner.PLATFORM },
      severity: silence < Math.max(3 * interval, leastMissedMs) ? AlertSeverity.WARNING : AlertSeverity.ERROR,
      problem: `The sync of ${platformName} has not come to its end for longer than its schedule says.`,
      remedy: 'See `sync { waitsFor }` for what it waits for. What was missed is made up for by its next turn.',
      details: { account, lastSyncedAt: new Date(goodAt).toISOString(), everySeconds: seconds },
      ...{ occurrence: goodAt, since: new Date(Date.parse(goodAt) + interval) },
    },
  ];
}

// What waits for a renewed credential is told of as that. Schedules with weekends in them are as wide as the widest of late.
const question = `
select s.id, s.customer_id, s.connection_id, n.platform, n.account_name as account, s.cadence,
  case s.cadence when 'EVERY_MINUTE' then 60 when 'HOURLY' then 3600 when 'DAILY' then 86400 when 'NIGHT' then 86400
    else coalesce(gap.seconds, 86400) end as interval_seconds,
  greatest(good.at, s.last_synced_at, s.created_at, woken.at) as good_at,
  bad.error, bad.at as failed_at, coalesce(bad.failures, 0) as failures, coalesce(bad.is_good_again, false) as is_good_again,
  coalesce(r.status = 'RUNNING' and r.updated_at > clock_timestamp() - interval '10 minutes', false) as is_at_work
from syncs s join connections n on n.id = s.connection_id
left join runs r on r.id = s.run_id
left join lateral (
  select max(finished_at) as at from (
    select finished_at from runs where sync_id = s.id and status in ('COMPLETED', 'COMPLETED_WITH_FAILURES')
    order by created_at desc limit 1
  ) latest
) good on true
left join lateral (
  select at from facts where connection_id = s.connection_id and kind in ('connection.renewed', 'connection.connected') order by number desc limit 1
) woken on true
left join lateral (
  select extract(epoch from max(step))::integer as seconds from (
    select slot_at - lag(slot_at) over (order by slot_at) as step from (
      select slot_at from sync_slots where sync_id = s.id and kind = 'SCHEDULED' order by slot_at desc limit 10
    ) lately
  ) steps
) gap on true
left join lateral (
  select (array_agg(e.error order by e.created_at desc) filter (where e.is_bad))[1] as error, min(e.ended_at) filter (where e.is_bad) as at,
    count(*) filter (where e.is_bad)::integer as failures, not (array_agg(e.is_bad order by e.created_at desc))[1] as is_good_again
  from (
    select error, created_at, coalesce(finished_at, updated_at) as ended_at,
      status in ('FAILED', 'PAUSED') as is_bad
    from runs where sync_id = s.id
      and (status in ('FAILED', 'COMPLETED', 'COMPLETED_WITH_FAILURES') or status = 'PAUSED' and wanted = 'run')
    order by created_at desc limit 2
  ) e
  having bool_or(e.is_bad)
) bad on true
where s.state = 'ACTIVE' and n.credential_health in ('valid', 'expiring') and s.created_at <= ?`;
