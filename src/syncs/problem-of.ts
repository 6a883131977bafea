import { RunStatus } from '../runs/index.js';
import { type Sync, SyncState } from './sync.entity.js';
import type { SyncProblem } from './sync.type.js';

/** What a sync waits for besides its next time. */
export function waitsFor({ state, run }: Sync): string | undefined {
  if (state === SyncState.PAUSED) return 'Somebody has halted it.';
  switch (run?.status) {
    case RunStatus.QUEUED:
      return 'A worker takes its run up in a moment.';
    case RunStatus.WAITING:
      return run.waitReason ?? undefined;
    case RunStatus.PAUSED:
      return run.error?.message ?? 'Its run was halted.';
    default:
      return undefined;
  }
}

/** Why the latest run does not bring calls. */
export function problemOf({ run }: Sync): SyncProblem | undefined {
  return run?.error ?? undefined;
}
