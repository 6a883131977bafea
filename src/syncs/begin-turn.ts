import { randomUUID } from 'node:crypto';
import type { Connection } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { isFinished, openDoneRun, openRun, type Run } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { type Look, nextLook } from './next-look.js';
import type { Slot } from './schedule.js';
import { type SlotKind, SyncSlot } from './slot.entity.js';
import { standingOf } from './standing.js';
import type { Sync } from './sync.entity.js';

/** Whether its latest run is still under way, whatever it waits for. */
export function isUnderWay({ run }: Sync): boolean {
  return run !== null && !isFinished(run.status);
}

/** A moment of the schedule and what it is to be used for. */
export interface Turn extends Slot {
  readonly kind: SlotKind;
  readonly now: Date;
}

/**
 * Writes the slot and its run, in the transaction of the scope, which has locked the sync. While the run before is under way
 * there is a slot without a run: it says that a turn was left out.
 *
 * @returns the run, to be woken after the commit; undefined when the turn was left out.
 */
export function beginTurn(inside: Scope, sync: Sync, connection: Connection, turn: Turn): Run | undefined {
  if (!isUnderWay(sync))
    return writeTurn(inside, sync, turn, ownerId =>
      openRun(inside, runFor(ownerId, sync, connection, lookOf(inside, sync, connection, turn.now))),
    );
  sync.skippedAt = turn.now;
  writeSlot(inside, sync, turn, randomUUID(), null);
  return undefined;
}

/** Writes a turn that has found nothing new before anything of it was written, as {@link beginTurn} writes others. */
export function writeQuietTurn(
  inside: Scope,
  sync: Sync,
  connection: Connection,
  turn: Turn,
  { look, ...done }: { readonly look: Look; readonly requests: number; readonly began: Date },
): void {
  writeTurn(inside, sync, turn, ownerId => openDoneRun(inside, runFor(ownerId, sync, connection, look), done));
}

/** Which stretch its next turn reads. */
export function lookOf(scope: Scope, sync: Sync, { platform }: Connection, now: Date): Look {
  return nextLook(standingOf(sync), sync, now, connectorFor(scope, platform).calls);
}

function writeTurn(inside: Scope, sync: Sync, turn: Turn, open: (ownerId: string) => Run): Run {
  const id = randomUUID();
  const run = open(id);
  Object.assign(sync, standingOf(sync), { run });
  writeSlot(inside, sync, turn, id, run);
  return run;
}

function runFor(ownerId: string, sync: Sync, connection: Connection, { from, to, ...look }: Look) {
  const { medium, direction, minDurationSeconds, users, withTranscripts } = sync;
  const filter = { medium, direction, minDurationSeconds, users };
  return { ownerId, connection, from, to, withTranscripts, filter, sync: { id: sync.id, ...look } };
}

function writeSlot(inside: Scope, sync: Sync, { kind, slotAt, dueAt, now }: Turn, id: string, run: Run | null): void {
  const { customerId } = sync;
  inside.em.create(SyncSlot, { id, customerId, syncId: sync.id, slotAt, kind, dueAt, firedAt: now, run });
  sync.updatedAt = inside.clock.now();
}
