import { CallerError } from '../core/errors.js';
import { record } from '../customers/index.js';
import { Run, steerRun } from '../runs/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { businessNow } from './business-now.js';
import { nextTurnOf } from './next-turn.js';
import { lockSync, readSync } from './read-sync.js';
import { SlotKind, SyncSlot } from './slot.entity.js';
import { type Sync, SyncState } from './sync.entity.js';
import { tellOfSyncs } from './watch-syncs.js';

/** No turn begins until {@link resumeSync}, and the run under way stands still. @throws CallerError NOT_FOUND */
export async function pauseSync(scope: Scope, id: string): Promise<Sync> {
  const sync = await turn(scope, id, SyncState.PAUSED);
  await steerRuns(scope, sync, 'pause');
  return settled(scope, sync);
}

/** Turns begin again by the schedule, and a run that stands still goes on. @throws CallerError NOT_FOUND */
export async function resumeSync(scope: Scope, id: string): Promise<Sync> {
  return goOn(scope, await turn(scope, id, SyncState.ACTIVE));
}

/** Lets runs of it that stand still, or wait, go on at once. */
export async function goOn(scope: Scope, sync: Sync): Promise<Sync> {
  await steerRuns(scope, sync, 'run');
  return settled(scope, sync);
}

/** Ends it for good; what it has brought stays. @returns as it was. @throws CallerError NOT_FOUND */
export async function deleteSync(scope: Scope, id: string): Promise<Sync> {
  const sync = await inTransaction(scope, async inside => {
    const found = await lockSync(inside, id);
    // In one with the deletion: afterwards nobody would find them.
    await inside.em.execute(`update runs set wanted = 'cancel' where sync_id = ? and finished_at is null`, [id]);
    await inside.em.execute('delete from syncs where id = ?', [id]);
    const { customerId } = found;
    await record(inside, { act: 'sync.deleted', target: `sync ${id}`, customerId });
    return found;
  });
  await steerRuns(scope, sync, 'cancel');
  tellOfSyncs(scope, sync.customerId);
  return sync;
}

async function turn(scope: Scope, id: string, state: SyncState): Promise<Sync> {
  return inTransaction(scope, async inside => {
    const sync = await lockSync(inside, id);
    if (sync.state === state) return sync;
    Object.assign(sync, { state, updatedAt: inside.clock.now() });
    if (state === SyncState.ACTIVE) Object.assign(sync, nextTurnOf(id, sync, await businessNow(inside)));
    await inside.em.flush();
    const act = state === SyncState.ACTIVE ? 'sync.resumed' : 'sync.paused';
    await record(inside, { act, target: `sync ${id}`, customerId: sync.customerId });
    return sync;
  });
}

/** Ends the stretch that is being brought afresh; what has come of it stays. @throws CallerError NOT_FOUND, CONFLICT when there is none */
export async function cancelReread(scope: Scope, id: string): Promise<Sync> {
  const sync = await readSync(scope, id);
  const where = { syncId: id, kind: SlotKind.REREAD, run: { finishedAt: null } };
  const slots = await scope.em.fork().find(SyncSlot, where);
  if (slots.length === 0) {
    throw new CallerError('CONFLICT', 'No stretch of this sync is being brought afresh.', {
      field: 'id',
      remedy: 'Nothing needs to be done; `turns` of the sync shows what has become of the last one.',
    });
  }
  for (const { run } of slots) if (run !== null) await steer(scope, run.id, 'cancel');
  const { customerId } = sync;
  await inTransaction(scope, inside =>
    record(inside, { act: 'sync.rereadCancelled', target: `sync ${id}`, customerId }),
  );
  return settled(scope, sync);
}

/** All that are under way: the latest turn, and what is looked at besides. */
async function steerRuns(scope: Scope, { id }: Sync, wanted: 'run' | 'pause' | 'cancel'): Promise<void> {
  const runs = await scope.em.fork().find(Run, { syncId: id, finishedAt: null }, { fields: ['id'] });
  for (const run of runs) await steer(scope, run.id, wanted);
}

async function steer(scope: Scope, runId: string, wanted: 'run' | 'pause' | 'cancel'): Promise<void> {
  try {
    await steerRun(scope, runId, wanted);
  } catch (error) {
    // It has come to its end meanwhile.
    if (!(error instanceof CallerError && error.code === 'CONFLICT')) throw error;
  }
}

function settled(scope: Scope, { id, customerId }: Sync): Promise<Sync> {
  tellOfSyncs(scope, customerId);
  return readSync(scope, id);
}
