import { nextSlot } from './schedule.js';
import type { Sync } from './sync.entity.js';

/** The first time after now, and never the one that it has been: clocks may be set back. */
export function planNext(sync: Sync, now: Date): void {
  const after = now > sync.nextAt ? now : sync.nextAt;
  const next = nextSlot(sync.id, sync, after);
  // A schedule is only taken that names a time again and again.
  if (next === undefined) return;
  sync.nextSlotAt = next.slotAt;
  sync.nextAt = next.dueAt;
}
