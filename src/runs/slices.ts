import type { Sql, SqlTransaction } from '../core/ports.js';
import { type Lease, fence, reachOf } from './lease.js';

/** A part of a run's window and how far it has been read: the run's checkpoint is all of its slices. */
export interface Slice {
  readonly from: string;
  readonly to: string;
  readonly cursor: string | undefined;
  readonly restarts: number;
}

/** The slices still to be read, newest first. */
export async function openSlices(sql: Sql, lease: Lease): Promise<Slice[]> {
  const rows = await sql.transaction(reachOf(lease), tx =>
    tx.rows<{ slice_from: Date; slice_to: Date; cursor: string | null; restarts: number }>(
      'select slice_from, slice_to, cursor, restarts from run_slices where run_id = $1 and not finished order by slice_from desc',
      [lease.runId],
    ),
  );
  return rows.map(row => ({
    from: row.slice_from.toISOString(),
    to: row.slice_to.toISOString(),
    cursor: row.cursor ?? undefined,
    restarts: row.restarts,
  }));
}

/** Moves a slice's checkpoint: to the next cursor, or to its end. */
export async function advanceSlice(
  tx: SqlTransaction,
  lease: Lease,
  slice: Slice,
  next: string | undefined,
  total: number | undefined,
): Promise<void> {
  await tx.rows(
    `update run_slices set cursor = $3::text, finished = $3::text is null, total = coalesce(total, $4::integer)
     where run_id = $1 and slice_from = $2`,
    [lease.runId, slice.from, next ?? null, total ?? null],
  );
}

/** The cursor has died: the slice is read again from its start. */
export async function restartSlice(sql: Sql, lease: Lease, slice: Slice): Promise<Slice> {
  await sql.transaction(reachOf(lease), async tx => {
    await fence(tx, lease);
    await tx.rows(
      'update run_slices set cursor = null, restarts = restarts + 1 where run_id = $1 and slice_from = $2',
      [lease.runId, slice.from],
    );
  });
  return { ...slice, cursor: undefined, restarts: slice.restarts + 1 };
}

/** A slice becomes two, each to be read from its start; the newer one comes first. */
export async function divideSlice(
  sql: Sql,
  lease: Lease,
  slice: Slice,
  middle: string,
): Promise<readonly [newer: Slice, older: Slice]> {
  await sql.transaction(reachOf(lease), async tx => {
    await fence(tx, lease);
    await tx.rows(
      'update run_slices set slice_to = $3, cursor = null, total = null where run_id = $1 and slice_from = $2',
      [lease.runId, slice.from, middle],
    );
    await tx.rows(
      'insert into run_slices (run_id, customer_id, slice_from, slice_to, restarts) values ($1, $2, $3, $4, $5)',
      [lease.runId, lease.customerId, middle, slice.to, slice.restarts],
    );
  });
  const unread = { ...slice, cursor: undefined };
  return [
    { ...unread, from: middle },
    { ...unread, to: middle },
  ];
}

/** All `total` calls that a slice holds are stored already. */
export async function finishSlice(sql: Sql, lease: Lease, slice: Slice, total: number): Promise<void> {
  await sql.transaction(reachOf(lease), async tx => {
    await fence(tx, lease);
    await tx.rows('update run_slices set finished = true, total = $3 where run_id = $1 and slice_from = $2', [
      lease.runId,
      slice.from,
      total,
    ]);
  });
}
