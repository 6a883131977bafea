import { RunStatus } from '../runs/index.js';
import type { Sync } from './sync.entity.js';

/** What a sync has done so far, its latest run included. */
export interface Standing {
  /** Everything that began before it is here; undefined before the first run has ended well. */
  readonly coveredTo: Date | null;
  /** End of the window of the latest run that looked back all the way. */
  readonly thoroughAt: Date | null;
  /** End of the window of the latest recount. */
  readonly recountedAt: Date | null;
  readonly callsImported: number;
  readonly lastSyncedAt: Date | null;
}

/** Only a run that has come to its end moves the mark, in the moment in which it does. */
export function standingOf({ coveredTo, thoroughAt, recountedAt, callsImported, lastSyncedAt, run }: Sync): Standing {
  if (run === null) return { coveredTo, thoroughAt, recountedAt, callsImported, lastSyncedAt };
  const imported = callsImported + run.added;
  const isThrough = run.status === RunStatus.COMPLETED || run.status === RunStatus.COMPLETED_WITH_FAILURES;
  if (!isThrough) return { coveredTo, thoroughAt, recountedAt, callsImported: imported, lastSyncedAt };
  return {
    coveredTo: run.windowTo,
    thoroughAt: run.thorough ? run.windowTo : thoroughAt,
    recountedAt: run.recount ? run.windowTo : recountedAt,
    callsImported: imported,
    lastSyncedAt: run.finishedAt,
  };
}
