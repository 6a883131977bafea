import type { RunError, Run } from './run.entity.js';
import { isFinished, type RunStatus } from './run.state.js';

/** Where a run stands: what travels over the bus to those who watch. Times are ISO 8601. */
export interface RunSnapshot {
  readonly ownerId: string;
  readonly status: RunStatus;
  readonly finished: boolean;
  readonly sequence: number;
  readonly found: number | null;
  /** Share of the window that has been read, 0 to 1, while nobody knows how many calls it holds. */
  readonly covered: number | null;
  readonly stored: number;
  readonly added: number;
  readonly transcripts: number;
  readonly unusable: number;
  readonly requests: number;
  readonly callsPerSecond: number | null;
  readonly bindingLimit: string | null;
  readonly waitReason: string | null;
  readonly wakeAt: string | null;
  readonly error: RunError | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** The columns of a snapshot, for `returning`, under the names of {@link RunRow}. */
export const snapshotColumns = `owner_id, status, sequence, found, covered, stored, added, transcripts, unusable, requests,
  calls_per_second, binding_limit, wait_reason, wake_at, error, started_at, finished_at`;

export interface RunRow {
  readonly owner_id: string;
  readonly status: RunStatus;
  readonly sequence: string;
  readonly found: number | null;
  readonly covered: number | null;
  readonly stored: number;
  readonly added: number;
  readonly transcripts: number;
  readonly unusable: number;
  readonly requests: number;
  readonly calls_per_second: number | null;
  readonly binding_limit: string | null;
  readonly wait_reason: string | null;
  readonly wake_at: Date | null;
  readonly error: RunError | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

export function snapshotOfRow(row: RunRow): RunSnapshot {
  return {
    ownerId: row.owner_id,
    status: row.status,
    finished: isFinished(row.status),
    sequence: Number(row.sequence),
    found: row.found,
    covered: row.covered,
    stored: row.stored,
    added: row.added,
    transcripts: row.transcripts,
    unusable: row.unusable,
    requests: row.requests,
    callsPerSecond: row.calls_per_second,
    bindingLimit: row.binding_limit,
    waitReason: row.wait_reason,
    wakeAt: row.wake_at?.toISOString() ?? null,
    error: row.error,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

export function snapshotOf(run: Run): RunSnapshot {
  return {
    ownerId: run.ownerId,
    status: run.status,
    finished: isFinished(run.status),
    sequence: Number(run.sequence),
    found: run.found,
    covered: run.covered,
    stored: run.stored,
    added: run.added,
    transcripts: run.transcripts,
    unusable: run.unusable,
    requests: run.requests,
    callsPerSecond: run.callsPerSecond,
    bindingLimit: run.bindingLimit,
    waitReason: run.waitReason,
    wakeAt: run.wakeAt?.toISOString() ?? null,
    error: run.error,
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}

/** Word that a run has come to a stop, of one customer or of any. */
export function workTopic(customerId?: string): string {
  return customerId === undefined ? 'work' : `work/${customerId}`;
}

export function progressTopic(ownerId: string): string {
  return `progress:${ownerId}`;
}
