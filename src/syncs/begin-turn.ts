import { randomUUID } from 'node:crypto';
import type { Connection } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { isFinished, openRun, type Run } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { nextLook } from './next-look.js';
import type { Slot } from './schedule.js';
import { type SlotKind, SyncSlot } from './slot.entity.js';
import { standingOf } from './standing.js';
import type { Sync } from './sync.entity.js';

/** Whether its latest run is still under way, whatever it waits for. */
export function isUnderWay({ run }: Sync): boolean {
  return run !== null && !isFinished(run.status);
}

/**
 * Writes the slot and its run, in the transaction of the scope, which has locked the sync. While the run before is under way
 * there is a slot without a run: it says that a turn was left out.
 *
 * @returns the run, to be woken after the commit; undefined when the turn was left out.
 */
export function beginTurn(
  inside: Scope,
  sync: Sync,
  connection: Connection,
  { kind, slotAt, dueAt, now }: Slot & { readonly kind: SlotKind; readonly now: Date },
): Run | undefined {
  const id = randomUUID();
  const run = isUnderWay(sync) ? undefined : openTurn(inside, sync, connection, { id, now });
  if (run === undefined) sync.skippedAt = now;
  const { customerId } = sync;
  inside.em.create(SyncSlot, {
    ...{ id, customerId, syncId: sync.id, slotAt, kind, dueAt },
    firedAt: now,
    run: run ?? null,
  });
  sync.updatedAt = inside.clock.now();
  return run;
}

function openTurn(
  inside: Scope,
  sync: Sync,
  connection: Connection,
  { id, now }: { readonly id: string; readonly now: Date },
): Run {
  const standing = standingOf(sync);
  const { from, to, ...look } = nextLook(standing, sync, now, connectorFor(inside, connection.platform).calls);
  const { medium, direction, minDurationSeconds, users, withTranscripts } = sync;
  const run = openRun(inside, {
    ...{ ownerId: id, connection, from, to, withTranscripts },
    filter: { medium, direction, minDurationSeconds, users },
    sync: { id: sync.id, ...look },
  });
  Object.assign(sync, standing, { run });
  return run;
}
