import { Connection, requireReady } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { CallerError } from '../core/errors.js';
import { type Once, onlyOnce, record } from '../customers/index.js';
import { checkWindow, wakeRun } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { beginLook } from './begin-look.js';
import { businessNow } from './business-now.js';
import { lockSync, readSync } from './read-sync.js';
import { rereadCost } from './reread-cost.js';
import { SlotKind, SyncSlot } from './slot.entity.js';
import type { Sync } from './sync.entity.js';
import type { RereadCost, RereadSyncInput } from './sync.type.js';
import { tellOfSyncs } from './watch-syncs.js';

/**
 * What {@link rereadSync} would cost.
 *
 * @throws CallerError NOT_FOUND, INVALID_WINDOW
 */
export async function weighReread(scope: Scope, input: RereadSyncInput): Promise<RereadCost> {
  const sync = await readSync(scope, input.id);
  const connection = await scope.em.findOneOrFail(Connection, { id: sync.connectionId });
  return rereadCost(scope, sync, connection, await windowOf(scope, connection, input));
}

/**
 * Brings a stretch afresh, beside the turns of the schedule: every call of it is stored again as the platform has it now, with its
 * transcript, also where nothing seems to have changed.
 *
 * @throws CallerError NOT_FOUND, INVALID_WINDOW, CONNECTION_NOT_READY, CONFLICT when one is under way, IDEMPOTENCY_MISMATCH,
 *   IN_PROGRESS
 */
export async function rereadSync(scope: Scope, input: RereadSyncInput, once?: Once): Promise<Sync> {
  const { id } = input;
  const outcome = await onlyOnce(scope, once, async inside => {
    const sync = await lockSync(inside, id);
    const connection = await inside.em.findOneOrFail(Connection, { id: sync.connectionId });
    requireReady(connection);
    const { from, to } = await windowOf(inside, connection, input);
    if (await isUnderWay(inside, id)) throw underWay();
    const now = await businessNow(inside);
    const window = { from: from.toISOString(), to: to.toISOString() };
    const run = beginLook(inside, sync, connection, window, { now, kind: SlotKind.REREAD });
    sync.updatedAt = inside.clock.now();
    await inside.em.flush();
    await record(inside, { act: 'sync.reread', target: `sync ${id}`, customerId: sync.customerId, details: window });
    return { id, sync, run };
  });
  if (outcome.before !== undefined) return readSync(scope, outcome.before);
  const { run, sync } = outcome.done;
  await wakeRun(scope, run.id);
  tellOfSyncs(scope, sync.customerId);
  return sync;
}

async function windowOf(scope: Scope, { platform }: Connection, { from, to }: RereadSyncInput) {
  const now = await businessNow(scope);
  return checkWindow(connectorFor(scope, platform), { from, to: to ?? now }, now);
}

async function isUnderWay({ em }: Scope, syncId: string): Promise<boolean> {
  const finishedAt = null;
  return (await em.count(SyncSlot, { syncId, kind: SlotKind.REREAD, run: { finishedAt } })) > 0;
}

function underWay(): CallerError {
  return new CallerError('CONFLICT', 'A stretch of this sync is being brought afresh already.', {
    field: 'input.id',
    remedy: 'Wait for its end, which `turns` of the sync shows, or end it with `cancelReread`.',
  });
}
