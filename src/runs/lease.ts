/**
 * The lease on a run: one worker at a time, on the database's clock.
 *
 * Claiming raises the epoch. Every later write names the epoch it was claimed under, so a worker
 * that slept through its lease is refused instead of overwriting its successor.
 */
import { hostname } from 'node:os';
import type { Reach, Sql, SqlTransaction } from '../core/ports.js';
import { isFinished, requireMove, RunStatus } from './run.state.js';
import { type RunRow, type RunSnapshot, snapshotColumns, snapshotOfRow } from './snapshot.js';

export const leaseSeconds = 8;
export const heartbeatMs = 2_000;

export interface Lease {
  readonly runId: string;
  readonly customerId: string;
  readonly epoch: number;
}

/** Somebody else holds the run now, or it was cancelled under our hands. */
export class LeaseLost extends Error {}

/** What people want of a run. */
export type Wanted = 'run' | 'pause' | 'cancel';

/** What is to become of a run under way; `stop`: its credential must not be used, for which its next claim pauses it. */
export type Order = Wanted | 'stop';

/** In a statement with `runs` and its connection `c`. */
const order = `case when wanted = 'run' and c.credential_health in ('broken', 'disconnected') then 'stop' else wanted end`;

const worker = `${hostname()}:${process.pid}`;

/** Takes the run when it is due and free, else undefined. */
export async function claimRun(sql: Sql, runId: string): Promise<Claim | undefined> {
  return sql.transaction('all', async tx => {
    const [before] = await tx.rows<{ status: string }>('select status from runs where id = $1', [runId]);
    const [row] = await tx.rows<RunRow & { customer_id: string; epoch: number; traceparent: string | null }>(
      `update runs set status = 'RUNNING', epoch = epoch + 1, worker = $2, wake_at = null, wait_reason = null, error = null,
         lease_until = clock_timestamp() + $3 * interval '1 second', started_at = coalesce(started_at, clock_timestamp()),
         sequence = sequence + 1, updated_at = clock_timestamp()
       where id = $1 and wanted = 'run' and ${due}
       returning customer_id, epoch, traceparent, ${snapshotColumns}`,
      [runId, worker, leaseSeconds],
    );
    if (row === undefined) return undefined;
    const lease = { runId, customerId: row.customer_id, epoch: row.epoch };
    const { traceparent } = row;
    return { lease, snapshot: snapshotOfRow(row), traceparent, takenOver: before?.status === 'RUNNING' };
  });
}

export interface Claim {
  readonly lease: Lease;
  readonly snapshot: RunSnapshot;
  /** Where whoever began it was. */
  readonly traceparent: string | null;
  /** Whoever worked on it before went away without a word. */
  readonly takenOver: boolean;
}

/** Runs that should be worked on and are not: queued, due after a wait, or left by a worker that died. */
export const due = `(
  (status = 'QUEUED')
  or (status = 'WAITING' and wake_at <= clock_timestamp())
  or (status = 'RUNNING' and (lease_until is null or lease_until < clock_timestamp()))
)`;

export async function extendLease(sql: Sql, lease: Lease): Promise<Order> {
  return sql.transaction(reachOf(lease), async tx => {
    const [row] = await tx.rows<{ order: Order }>(
      `update runs set lease_until = clock_timestamp() + $3 * interval '1 second'
       from connections c
       where runs.id = $1 and epoch = $2 and status = 'RUNNING' and c.id = connection_id
       returning ${order} as order`,
      [lease.runId, lease.epoch, leaseSeconds],
    );
    if (row === undefined) throw new LeaseLost();
    return row.order;
  });
}

/** In every transaction of a run, before anything is written that outlives it: locks its row and proves that the lease is still ours. */
export async function fence(tx: SqlTransaction, lease: Lease): Promise<Order> {
  const [row] = await tx.rows<{ order: Order }>(
    `select ${order} as order from runs join connections c on c.id = connection_id
     where runs.id = $1 and epoch = $2 and status = 'RUNNING' for update of runs`,
    [lease.runId, lease.epoch],
  );
  if (row === undefined) throw new LeaseLost();
  return row.order;
}

export interface Ending {
  readonly status: RunStatus;
  readonly wakeAfterMs?: number;
  readonly waitReason?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
  /** Counts towards giving up; any page that succeeds sets it back to none. */
  readonly setback?: boolean;
}

/**
 * Gives the run up in a new status. A run that is handed back looks old, so that the next sweep takes it at once.
 *
 * @param requests sent since the last stored page.
 */
export async function releaseLease(sql: Sql, lease: Lease, intended: Ending, requests = 0): Promise<RunSnapshot> {
  requireMove(RunStatus.RUNNING, intended.status);
  return sql.transaction(reachOf(lease), async tx => {
    // Before the run, in the order of whoever deletes a sync.
    await tx.rows('select from syncs where id = (select sync_id from runs where id = $1 and hinted) for update', [
      lease.runId,
    ]);
    const ending = asWanted(intended, await fence(tx, lease));
    const [row] = await tx.rows<RunRow>(
      `update runs set status = $3::text, lease_until = null, worker = null, calls_per_second = null, binding_limit = null,
         wake_at = clock_timestamp() + $4::double precision * interval '1 millisecond', wait_reason = $5::text, error = $6::jsonb,
         setbacks = setbacks + $7, requests = requests + $9, finished_at = case when $8::boolean then clock_timestamp() end,
         sequence = sequence + 1, updated_at = case when $3::text = 'QUEUED' then to_timestamp(0) else clock_timestamp() end
       where id = $1 and epoch = $2 and status = 'RUNNING' returning ${snapshotColumns}`,
      [
        lease.runId,
        lease.epoch,
        ending.status,
        ending.wakeAfterMs ?? null,
        ending.waitReason ?? null,
        ending.error === undefined ? null : JSON.stringify(ending.error),
        ending.setback === true ? 1 : 0,
        isFinished(ending.status),
        requests,
      ],
    );
    if (row === undefined) throw new LeaseLost();
    // A turn's own calls are added when the next one begins; what is looked at besides has no next one.
    if (isFinished(ending.status)) await tx.rows(creditSync, [lease.runId]);
    return snapshotOfRow(row);
  });
}

const creditSync = `
update syncs s set calls_imported = s.calls_imported + r.added, updated_at = clock_timestamp()
from runs r where r.id = $1 and r.hinted and r.added > 0 and s.id = r.sync_id`;

/** Nobody takes up a run that was to stop while it is handed back or waits, so it stops here. */
function asWanted(ending: Ending, wanted: Order): Ending {
  if (wanted === 'run' || wanted === 'stop' || isFinished(ending.status)) return ending;
  if (wanted === 'cancel') return { status: RunStatus.CANCELLED };
  return ending.status === RunStatus.PAUSED ? ending : { status: RunStatus.PAUSED };
}

export function reachOf(lease: Lease): Reach {
  return { customerId: lease.customerId };
}
