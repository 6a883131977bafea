import type { Sql, SqlTransaction } from '../core/ports.js';
import type { FetchedCall } from '../engine/index.js';
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

/** Where a slice stands after a page. */
export interface Advance {
  /** Cursor of the next page; undefined at the end. */
  readonly next: string | undefined;
  readonly total: number | undefined;
  /** Share of it that has been read, 0 to 1. */
  readonly reached: number;
}

/** Moves a slice's checkpoint: to the next cursor, or to its end. */
export async function advanceSlice(
  tx: SqlTransaction,
  lease: Lease,
  slice: Slice,
  { next, total, reached }: Advance,
): Promise<void> {
  await tx.rows(
    `update run_slices set cursor = $3::text, finished = $3::text is null, total = coalesce(total, $4::integer),
       reached = greatest(reached, $5::real)
     where run_id = $1 and slice_from = $2`,
    [lease.runId, slice.from, next ?? null, total ?? null, reached],
  );
}

/**
 * How far into a slice its listing has come with these calls, 0 to 1. Listings run along time, most of them from the latest call
 * to the earliest; where one does not, too much is told for a moment, and nothing but a bar depends on it.
 */
export function reachedIn({ from, to }: Slice, calls: readonly FetchedCall[]): number {
  const starts = calls.map(({ draft }) => Date.parse(draft.startedAt));
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined || first === last) return 0;
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  return Math.min(1, Math.max(0, (first > last ? end - last : last - begin) / (end - begin)));
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
      'update run_slices set slice_to = $3, cursor = null, total = null, reached = 0 where run_id = $1 and slice_from = $2',
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
