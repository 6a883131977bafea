import { randomUUID } from 'node:crypto';
import type { Window } from '#connector';
import type { Connection } from '../access/index.js';
import { openRun, type Run } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { SlotKind, SyncSlot } from './slot.entity.js';
import type { Sync } from './sync.entity.js';

/**
 * Writes a run that looks at a stretch of which the platform has told or somebody has asked, beside the turns of the schedule: it moves no mark, since it
 * proves nothing about what lies before. Made in the transaction of the scope, and to be woken after the commit.
 */
export function beginLook(
  inside: Scope,
  sync: Sync,
  connection: Connection,
  { from, to }: Window,
  { now, kind }: { readonly now: Date; readonly kind: SlotKind.HINT | SlotKind.REREAD },
): Run {
  const id = randomUUID();
  const { customerId, medium, direction, minDurationSeconds, users, withTranscripts } = sync;
  const run = openRun(inside, {
    ...{ ownerId: id, connection, from: new Date(from), to: new Date(to), withTranscripts },
    filter: { medium, direction, minDurationSeconds, users },
    // What the event told of may be the transcript of a call that is known.
    sync: { id: sync.id, thorough: true, hinted: true, afresh: kind === SlotKind.REREAD },
  });
  inside.em.create(SyncSlot, {
    ...{ id, customerId, syncId: sync.id, slotAt: now, kind, dueAt: now, firedAt: now },
    run,
  });
  return run;
}
