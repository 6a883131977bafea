import { Connection, requireReady } from '../access/index.js';
import { CallerError } from '../core/errors.js';
import { type Once, onlyOnce, record } from '../customers/index.js';
import { RunStatus, wakeRun } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { beginTurn, isUnderWay } from './begin-turn.js';
import { businessNow } from './business-now.js';
import { lockSync, readSync } from './read-sync.js';
import { SlotKind } from './slot.entity.js';
import { goOn } from './steer-sync.js';
import type { Sync } from './sync.entity.js';
import { tellOfSyncs } from './watch-syncs.js';

/**
 * Begins a turn outside the schedule, of a sync that is paused too. Where the run before waits, such as for a platform that was away, that
 * one goes on at once instead.
 *
 * @throws CallerError NOT_FOUND, CONNECTION_NOT_READY, CONFLICT when the run before is still under way,
 *   IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function runSyncNow(scope: Scope, id: string, once?: Once): Promise<Sync> {
  const outcome = await onlyOnce(scope, once, async inside => {
    const sync = await lockSync(inside, id);
    const { customerId, connectionId } = sync;
    const connection = await inside.em.findOneOrFail(Connection, { id: connectionId });
    requireReady(connection);
    if (isUnderWay(sync) && sync.run?.status !== RunStatus.WAITING) throw underWay();
    await record(inside, { act: 'sync.asked', target: `sync ${id}`, customerId });
    if (isUnderWay(sync)) return sync;
    const now = await businessNow(inside);
    beginTurn(inside, sync, connection, { kind: SlotKind.MANUAL, slotAt: now, dueAt: now, now });
    await inside.em.flush();
    return sync;
  });
  if (outcome.before !== undefined) return readSync(scope, outcome.before);
  const { run, customerId } = outcome.done;
  if (run?.status === RunStatus.WAITING) return goOn(scope, outcome.done);
  if (run !== null) await wakeRun(scope, run.id);
  tellOfSyncs(scope, customerId);
  return outcome.done;
}

function underWay(): CallerError {
  return new CallerError('CONFLICT', 'The run before is still under way.', {
    field: 'id',
    remedy: 'Wait for its end, which `syncChanged` tells; where it stands still, `resumeSync` lets it go on.',
  });
}
