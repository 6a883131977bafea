import type { OpenAccount } from '../access/index.js';
import type { Sql } from '../core/ports.js';
import { countCalls, planSlices } from '../engine/index.js';
import { wantedBy } from './filter.js';
import { fence, type Lease, reachOf } from './lease.js';
import type { Run } from './run.entity.js';
import { type RunRow, type RunSnapshot, snapshotColumns, snapshotOfRow } from './snapshot.js';

/** The look of a sync is seldom longer, and one page mostly. */
const shortDays = 31;
const dayMs = 86_400_000;

/** Counts the window's calls where the platform can and it is worth a request, and splits it into slices, newest first. Once a run. */
export async function planRun(sql: Sql, lease: Lease, { connector, ask }: OpenAccount, run: Run): Promise<RunSnapshot> {
  const window = { from: run.windowFrom.toISOString(), to: run.windowTo.toISOString() };
  const isShort = run.windowTo.getTime() - run.windowFrom.getTime() <= shortDays * dayMs;
  const isWorthIt = run.syncId === null || !isShort;
  const total = isWorthIt ? await countCalls(connector, ask, 'listing', window) : undefined;
  // The platform counts every call.
  const found = wantedBy(run) === undefined ? (total ?? null) : null;
  const slices = planSlices(window, { total, maxWindowDays: connector.calls.maxWindowDays });
  return sql.transaction(reachOf(lease), async tx => {
    await fence(tx, lease);
    await tx.rows(
      `insert into run_slices (run_id, customer_id, slice_from, slice_to)
       select $1, $2, * from unnest($3::timestamptz[], $4::timestamptz[])`,
      [lease.runId, lease.customerId, slices.map(slice => slice.from), slices.map(slice => slice.to)],
    );
    const [row] = await tx.rows<RunRow>(
      `update runs set planned = true, found = $2, sequence = sequence + 1, updated_at = clock_timestamp()
       where id = $1 returning ${snapshotColumns}`,
      [lease.runId, found],
    );
    return snapshotOfRow(row as RunRow);
  });
}
