import { CallerError, notFound } from '../core/errors.js';
import type { Scope } from '../scope.js';
import type { Wanted } from './lease.js';
import { wakeRun } from './open-run.js';
import { isFinished, RunStatus, sourcesOf } from './run.state.js';
import { progressTopic, type RunRow, snapshotColumns, snapshotOfRow } from './snapshot.js';

const targets = { pause: RunStatus.PAUSED, cancel: RunStatus.CANCELLED, run: RunStatus.QUEUED } as const;

/**
 * Pauses, cancels or resumes a run. What a worker has in hand it finishes first: a page at most.
 * Asking for what already is does nothing.
 *
 * @throws CallerError NOT_FOUND, CONFLICT when the run is finished or about to be.
 */
export async function steerRun(scope: Scope, runId: string, wanted: keyof typeof targets): Promise<void> {
  const row = await scope.sql.transaction(scope.reach, async tx => {
    const [run] = await tx.rows<{ status: RunStatus; wanted: Wanted }>(
      'select status, wanted from runs where id = $1 for update',
      [runId],
    );
    if (run === undefined) throw notFound('import');
    const target = targets[wanted];
    // A run may stand where it is wanted for another reason, such as a credential that was refused.
    if (run.status === target && (isFinished(target) || run.wanted === wanted)) return undefined;
    if (isFinished(run.status)) throw tooLate(`The import is already ${run.status}.`);
    if (run.wanted === 'cancel' && wanted !== 'cancel') throw tooLate('The import is being cancelled.');
    const atOnce = run.status !== RunStatus.RUNNING && sourcesOf(target).includes(run.status);
    const [changed] = await tx.rows<RunRow>(
      `update runs set wanted = $2, status = case when $3::boolean then $4::text else status end,
         finished_at = case when $3::boolean and $4::text = 'CANCELLED' then clock_timestamp() end,
         wake_at = case when $3::boolean then null else wake_at end,
         wait_reason = case when $3::boolean then null else wait_reason end, error = case when $3::boolean then null else error end,
         sequence = sequence + 1, updated_at = clock_timestamp()
       where id = $1 returning ${snapshotColumns}`,
      [runId, wanted, atOnce, target],
    );
    return changed;
  });
  if (row === undefined) return;
  const snapshot = snapshotOfRow(row);
  scope.bus.publish(progressTopic(snapshot.ownerId), snapshot);
  if (wanted === 'run') await wakeRun(scope, runId);
}

function tooLate(message: string): CallerError {
  return new CallerError('CONFLICT', message, {
    remedy: 'Start a new import of the same window; calls that are here are not doubled.',
  });
}
