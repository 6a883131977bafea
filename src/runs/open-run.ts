import { randomUUID } from 'node:crypto';
import type { Connection } from '../access/index.js';
import type { Scope } from '../scope.js';
import type { CallFilter } from './filter.js';
import { Run } from './run.entity.js';
import { RunStatus } from './run.state.js';

export interface OpenRun {
  /** Id of the import, or of the slot of a sync, that the run works for. */
  readonly ownerId: string;
  readonly connection: Connection;
  readonly from: Date;
  readonly to: Date;
  readonly withTranscripts: boolean;
  /** Only these calls. */
  readonly filter: CallFilter;
  /** The sync that it is a run of. */
  readonly sync?: {
    readonly id: string;
    readonly thorough: boolean;
    readonly recount?: boolean;
    readonly gapsBefore?: Date | null;
    readonly hinted?: boolean;
    readonly afresh?: boolean;
  };
}

/** Name of the job that wakes a run; its payload is `{ runId }`. */
export const executeRunJob = 'execute-run';
/** The same for a look at what events told of. */
export const executeLookJob = 'execute-look';

/** Writes a queued run. It starts once the transaction is committed and {@link wakeRun} is called, or at the next sweep. */
export function openRun(scope: Scope, { ownerId, connection, from, to, withTranscripts, filter, sync }: OpenRun): Run {
  return scope.em.create(Run, {
    id: randomUUID(),
    customerId: connection.customerId,
    connectionId: connection.id,
    ownerId,
    platform: connection.platform,
    accountId: connection.accountId,
    windowFrom: from,
    windowTo: to,
    withTranscripts,
    ...filter,
    syncId: sync?.id ?? null,
    afresh: sync?.afresh ?? false,
    thorough: sync?.thorough ?? true,
    recount: sync?.recount ?? false,
    gapsBefore: sync?.gapsBefore ?? null,
    hinted: sync?.hinted ?? false,
    status: RunStatus.QUEUED,
    wakeAt: null,
    found: null,
    covered: null,
    callsPerSecond: null,
    bindingLimit: null,
    waitReason: null,
    error: null,
    createdAt: scope.clock.now(),
    startedAt: null,
    finishedAt: null,
  });
}

/** Writes a run that is over as it begins: a glance has shown that there was nothing to do. */
export function openDoneRun(scope: Scope, given: OpenRun, { requests, began }: { requests: number; began: Date }): Run {
  const run = openRun(scope, given);
  return Object.assign(run, {
    ...{ status: RunStatus.COMPLETED, found: 0, requests, startedAt: began, finishedAt: scope.clock.now() },
  });
}

/** A wake-up may be lost: the sweep finds the run a moment later. */
export async function wakeRun(
  scope: Pick<Scope, 'jobs' | 'log'>,
  runId: string,
  job: typeof executeRunJob | typeof executeLookJob = executeRunJob,
): Promise<void> {
  try {
    await scope.jobs.add(job, { runId });
  } catch (error) {
    scope.log.warn('A run could not be woken; the sweep will find it.', { runId, error });
  }
}
