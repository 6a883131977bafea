import { LockMode } from '@mikro-orm/postgresql';
import type { Scope } from '../scope.js';
import { businessNow } from './business-now.js';
import { SyncCadence } from './cadence.js';
import { nextTurnOf } from './next-turn.js';
import { Sync } from './sync.entity.js';
import { latestSlot } from './update-sync.js';

/**
 * Sets how often the real-time syncs of a connection poll, in the transaction of the scope.
 *
 * @param atOnce a turn is due now, which makes up for what may have been missed: it reads on from what is proven, and some of that again.
 */
export async function keepPace(
  inside: Scope,
  connectionId: string,
  { pollMinutes, atOnce = false }: { readonly pollMinutes: number; readonly atOnce?: boolean },
): Promise<void> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true, orderBy: { id: 'asc' } } as const;
  const syncs = await inside.em.find(Sync, { connectionId, cadence: SyncCadence.REAL_TIME }, lock);
  const now = await businessNow(inside);
  for (const sync of syncs) {
    if (sync.pollMinutes !== pollMinutes) {
      sync.pollMinutes = pollMinutes;
      // A turn that is due is begun in a moment, and plans the next one by this pace; planned anew it would be put off.
      if (sync.nextAt > now) Object.assign(sync, nextTurnOf(sync.id, sync, now, await latestSlot(inside, sync.id)));
      sync.updatedAt = inside.clock.now();
    }
    if (atOnce) Object.assign(sync, { nextSlotAt: now, nextAt: now });
  }
  await inside.em.flush();
}
