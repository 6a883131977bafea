import { batched } from '../batched.js';
import { SyncHealth } from './connection-health.type.js';
import { RunStatus } from './run.state.js';

/** What became of the work through a connection. */
export interface ConnectionWork {
  /** undefined: nothing was ever asked of it. */
  readonly sync: SyncHealth | undefined;
  /** Up to when calls are here: as syncs have read, else as the newest call says. */
  readonly freshAsOf: Date | undefined;
  /** Runs that wait for a renewed credential. */
  readonly onHold: number;
}

interface Row {
  readonly id: string;
  readonly status: RunStatus | null;
  readonly wanted: string | null;
  readonly troubled: boolean | null;
  readonly forgotten: boolean | null;
  readonly overdue: boolean;
  readonly fresh_as_of: Date | string | null;
  readonly on_hold: number;
}

/** By the id of a connection; undefined when there is none, or the viewer may not see it. */
export const readConnectionWork = batched(async ({ em }, ids): Promise<ReadonlyMap<string, ConnectionWork>> => {
  const rows = await em.execute<Row[]>(question, [`{${ids.join()}}`]);
  return new Map(
    rows.map(row => [
      row.id,
      {
        sync: row.status === null ? undefined : syncOf(row),
        freshAsOf: row.fresh_as_of === null ? undefined : new Date(row.fresh_as_of),
        onHold: row.on_hold,
      },
    ]),
  );
});

function syncOf({ status, wanted, troubled, forgotten, overdue }: Row): SyncHealth {
  // Whoever halts an import knows it.
  const halted = status === RunStatus.PAUSED && wanted === 'run';
  if (status === RunStatus.FAILED || halted) return SyncHealth.FAILING;
  return troubled === true || forgotten === true || overdue ? SyncHealth.LATE : SyncHealth.OK;
}

// Calls are looked for only where some were stored, so that the look along the customer's calls ends soon.
const question = `
select c.id, r.status, r.wanted,
  r.status = 'WAITING' and r.setbacks > 0 as troubled,
  r.status = 'QUEUED' and r.updated_at < clock_timestamp() - interval '2 minutes' as forgotten,
  exists (select from syncs where connection_id = c.id and state = 'ACTIVE' and next_at < business_now() - interval '5 minutes') as overdue,
  greatest(n.started_at, s.window_to) as fresh_as_of,
  (select count(*)::integer from runs h where h.connection_id = c.id and h.status = 'PAUSED' and h.wanted = 'run') as on_hold
from connections c
left join lateral (
  select * from runs where connection_id = c.id and status <> 'CANCELLED' order by created_at desc limit 1
) r on true
left join lateral (
  select started_at from calls where customer_id = c.customer_id and connection_id = c.id
    and exists (select from runs where connection_id = c.id and stored > 0)
  order by started_at desc limit 1
) n on true
left join lateral (
  select window_to from runs where connection_id = c.id and sync_id is not null and not hinted and status in ('COMPLETED', 'COMPLETED_WITH_FAILURES')
  order by window_to desc limit 1
) s on true
where c.id = any (?::uuid[])`;
