import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import { ownerOf } from './owner-of.js';
import type { Signal } from './signal.js';

const stalled = { warningMinutes: 10, errorMinutes: 30 };
/** Setbacks in a row: the fifth is reached after some twenty minutes, the seventh after an hour and a half. */
const heldUp = { warning: 5, error: 7 };

interface Row {
  readonly trouble: 'stalled' | 'heldUp' | 'limit' | 'failed';
  readonly id: string;
  readonly customer_id: string;
  readonly connection_id: string;
  readonly platform: string;
  readonly account: string;
  readonly work: 'import' | 'sync';
  readonly owner_id: string;
  readonly silent_minutes: number;
  readonly setbacks: number;
  readonly wake_at: string | null;
  readonly wait_reason: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string } | null;
  readonly since: string;
}

/** Runs that stand still, are held up, or have used up a limit, and imports that have failed. */
export const runs: Signal = async ({ em }, { now, nameOf }) => {
  const rows = await em.execute<Row[]>(question, [now]);
  return rows.map(row => {
    const { id, customer_id: customerId, connection_id: connectionId, platform, account, work, since } = row;
    return {
      ...{ customerId, connectionId, platform, part: row.trouble === 'failed' ? '' : id },
      ...{ occurrence: id, since: new Date(since) },
      details: { account, work, workId: row.owner_id },
      ...tellings[row.trouble](row, nameOf(platform)),
    };
  });
};

type Telling = Pick<Finding, 'kind' | 'severity' | 'owner' | 'problem' | 'remedy'>;

const tellings: Readonly<Record<Row['trouble'], (row: Row, platformName: string) => Telling>> = {
  stalled: ({ silent_minutes: minutes, work }, platformName) => ({
    ...{ kind: AlertKind.RUN_STALLED, owner: AlertOwner.US },
    severity: minutes < stalled.errorMinutes ? AlertSeverity.WARNING : AlertSeverity.ERROR,
    problem: `The ${work} from ${platformName} has stored nothing for a while, though nothing asked it to wait.`,
    remedy: 'See whether workers run and can reach the database. Another worker takes the run up when its own is gone.',
  }),
  heldUp: ({ setbacks, work, error, wait_reason: reason }, platformName) => ({
    ...{ kind: AlertKind.RUN_HELD_UP, owner: ownerOf(error?.code) },
    severity: setbacks < heldUp.error ? AlertSeverity.WARNING : AlertSeverity.ERROR,
    problem: `The ${work} from ${platformName} was tried again and again: ${error?.message ?? reason ?? 'it gets nowhere.'}`,
    remedy: error?.remedy ?? 'It is tried again by itself.',
  }),
  limit: ({ work }, platformName) => ({
    ...{ kind: AlertKind.LIMIT_SPENT, owner: AlertOwner.PLATFORM, severity: AlertSeverity.WARNING },
    problem: `The ${work} from ${platformName} waits for more than an hour: the account's limit there is used up.`,
    remedy: `It goes on by itself. If it happens often, ask ${platformName} for a higher limit, and see what else uses this account.`,
  }),
  failed: ({ error }, platformName) => ({
    ...{ kind: AlertKind.IMPORT_FAILED, owner: ownerOf(error?.code), severity: AlertSeverity.ERROR },
    problem: `An import from ${platformName} has failed: ${error?.message ?? 'it could not go on.'}`,
    remedy: error?.remedy ?? 'Start a new import of the same window; calls that are here are not doubled.',
  }),
};

// A failed import is told of for two weeks, or until a later one over the same connection came to its end.
const question = `
select case
    when r.status = 'FAILED' then 'failed'
    when r.status in ('RUNNING', 'QUEUED') then 'stalled'
    when r.setbacks >= ${heldUp.warning} then 'heldUp'
    else 'limit' end as trouble,
  r.id, r.customer_id, r.connection_id, r.platform, n.account_name as account, r.owner_id,
  case when r.sync_id is null then 'import' else 'sync' end as work,
  (extract(epoch from t.now - r.updated_at) / 60)::integer as silent_minutes, r.setbacks, r.wake_at, r.wait_reason, r.error,
  case when r.status = 'FAILED' then coalesce(r.finished_at, r.updated_at) when r.updated_at > to_timestamp(0) then r.updated_at else r.created_at end as since
from (select ?::timestamptz as now) t, runs r join connections n on n.id = r.connection_id
where r.status = 'RUNNING' and r.updated_at < t.now - interval '${stalled.warningMinutes} minutes'
  or r.status = 'QUEUED' and greatest(r.updated_at, r.created_at) < t.now - interval '${stalled.warningMinutes} minutes'
  or r.status = 'WAITING' and (r.setbacks >= ${heldUp.warning} or r.setbacks = 0 and r.wake_at > t.now + interval '1 hour')
  or r.status = 'FAILED' and r.sync_id is null and r.finished_at > t.now - interval '14 days'
    and not exists (select from runs l where l.connection_id = r.connection_id and l.sync_id is null and l.created_at > r.created_at
      and l.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED'))`;
