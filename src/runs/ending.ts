import type { PatchbayError } from '../core/errors.js';
import { CallerError, PlatformError } from '../core/errors.js';
import type { Sql, SqlTransaction } from '../core/ports.js';
import { KeyServiceError } from '../core/key-service.js';
import { isUnavailable } from '../core/unavailable.js';
import { untangled } from '../core/untangled.js';
import type { Scope } from '../scope.js';
import { settleGaps } from './gaps.js';
import { type Ending, type Lease, LeaseLost, reachOf } from './lease.js';
import { RunStatus } from './run.state.js';
import { Interrupted } from './end-of-work.js';
import { settleFetched } from './unread/settle-unread.js';

/** The run is only handed back when the database is there again, so this need not be long. */
const databaseAwayMs = 1_000;
/** The key service is not ours to mend; no setback is counted, however long it takes. */
const keysAwayMs = { passing: 10_000, lasting: 60_000 };
/** How long to wait after the n-th setback in a row. After the last one the run fails. */
const patienceMs = [5, 15, 60, 300, 900, 1_800, 3_600, 7_200].map(seconds => seconds * 1_000);

/** All slices are read: complete, or complete but for what was set aside. */
export async function endingOfSuccess(sql: Sql, lease: Lease): Promise<Ending> {
  const settle = async (tx: SqlTransaction): Promise<{ readonly unusable: number }> => {
    let ended = await countFound(tx, lease);
    if (await settleFetched(tx, lease)) ended = await countFound(tx, lease);
    if (ended.sync_id !== null) await settleGaps(tx, lease);
    return ended;
  };
  const row = await untangled(() => sql.transaction(reachOf(lease), settle));
  return { status: row.unusable === 0 ? RunStatus.COMPLETED : RunStatus.COMPLETED_WITH_FAILURES };
}

async function countFound(tx: SqlTransaction, { runId, epoch }: Lease) {
  const [counted] = await tx.rows<{ unusable: number; sync_id: string | null }>(
    `update runs set found = stored + (select count(*) from unusable_records where run_id = $1 and stage = 'call')
     where id = $1 and epoch = $2 returning unusable, sync_id`,
    [runId, epoch],
  );
  if (counted === undefined) throw new LeaseLost();
  return counted;
}

/** What becomes of a run that could not go on: the error's `recovery` decides, and nothing else. */
export async function endingFor(scope: Scope, lease: Lease, error: unknown): Promise<Ending> {
  if (error instanceof Interrupted) return interrupted[error.wanted];
  if (error instanceof PlatformError) return platformEnding(scope, lease, error);
  if (error instanceof CallerError && error.code === 'CONNECTION_NOT_READY') {
    return { status: RunStatus.PAUSED, error: inWords(error) };
  }
  if (isUnavailable(error)) {
    scope.log.warn('A run could not reach the database.', { error });
    return {
      status: RunStatus.WAITING,
      wakeAfterMs: databaseAwayMs,
      waitReason: 'The hub could not reach its database.',
    };
  }
  if (error instanceof KeyServiceError) {
    const wakeAfterMs = error.passes ? keysAwayMs.passing : keysAwayMs.lasting;
    return { status: RunStatus.WAITING, wakeAfterMs, waitReason: error.message };
  }
  scope.log.error('A run met a fault of ours.', { error });
  return later(scope, lease, {
    code: 'INTERNAL',
    message: 'A fault of ours stopped the import.',
    remedy:
      'It is tried again by itself. If it fails for good, tell whoever runs the hub; nothing that was imported is lost.',
  });
}

const interrupted: Readonly<Record<Interrupted['wanted'], Ending>> = {
  pause: { status: RunStatus.PAUSED },
  cancel: { status: RunStatus.CANCELLED },
  stop: { status: RunStatus.QUEUED },
};

async function platformEnding(scope: Scope, lease: Lease, error: PlatformError): Promise<Ending> {
  switch (error.recovery) {
    case 'wait': {
      const wakeAfterMs = Math.max(1_000, (error.until?.getTime() ?? 0) - scope.clock.now().getTime());
      return { status: RunStatus.WAITING, wakeAfterMs, waitReason: error.message };
    }
    case 'reconnect':
      return { status: RunStatus.PAUSED, error: inWords(error) };
    case 'retry':
      return later(scope, lease, inWords(error));
    default:
      return { status: RunStatus.FAILED, error: inWords(error) };
  }
}

const givenUp =
  'It was tried for hours and is not tried again. Start a new import of the same window once this is mended; calls that are here are not doubled.';

const nextTurn = 'It was tried for hours. The next turn of the sync looks at the same stretch again; nothing is lost.';

/** Waits longer with every setback, and fails in the end. A stored page starts the count anew. */
async function later(scope: Scope, lease: Lease, error: NonNullable<Ending['error']>): Promise<Ending> {
  const [row] = await scope.sql.transaction(reachOf(lease), tx =>
    tx.rows<{ setbacks: number; sync_id: string | null }>('select setbacks, sync_id from runs where id = $1', [
      lease.runId,
    ]),
  );
  const wakeAfterMs = patienceMs[row?.setbacks ?? 0];
  if (wakeAfterMs === undefined)
    return { status: RunStatus.FAILED, error: { ...error, remedy: row?.sync_id ? nextTurn : givenUp } };
  return { status: RunStatus.WAITING, wakeAfterMs, waitReason: error.message, error, setback: true };
}

function inWords(error: PatchbayError): NonNullable<Ending['error']> {
  return { code: error.code, message: error.message, remedy: error.remedy ?? 'Nothing needs to be done now.' };
}
