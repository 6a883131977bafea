import type { FilterQuery } from '@mikro-orm/postgresql';
import { CallerError } from '../core/errors.js';
import type { Bus } from '../core/ports.js';
import { withoutLongSilence } from '../core/without-long-silence.js';
import { readCustomer } from '../customers/index.js';
import { workTopic } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { Sync } from './sync.entity.js';

/** How long a change stays unseen when the news of it was lost. */
const longestSilenceMs = 5_000;
/** Clocks of processes differ, and what was noted first may be committed last. */
const overlapMs = 30_000;

/** Tells those who watch syncs that one of this customer is different now. Call it after the commit. */
export function tellOfSyncs({ bus }: { readonly bus: Bus }, customerId: string): void {
  bus.publish(workTopic(), null);
  bus.publish(workTopic(customerId), null);
}

/**
 * Every sync that changes from now on, as it then is; changes that follow each other closely may come as one.
 *
 * @throws CallerError NOT_FOUND when there is no such customer, or the viewer may not see it.
 */
export async function* watchSyncs(scope: Scope, customerId: string | null | undefined): AsyncGenerator<Sync> {
  const own = customerId ?? scope.viewer.customerId;
  // Listening starts before anything is read, so nothing falls between the two.
  const news = scope.bus.listen(workTopic(own), scope.signal);
  if (own !== undefined) await readCustomer(scope, own);
  let since = scope.clock.now();
  const seen = new Map((await readChanged(scope, own, since)).map(sync => [sync.id, markOf(sync)]));
  for await (const _ of withoutLongSilence(news, longestSilenceMs)) {
    const now = scope.clock.now();
    const syncs = await readAgain(scope, own, since);
    if (syncs === undefined) continue;
    since = now;
    for (const sync of syncs) {
      if (seen.get(sync.id) === markOf(sync)) continue;
      seen.set(sync.id, markOf(sync));
      yield sync;
    }
  }
}

function markOf({ updatedAt, run }: Sync): string {
  return `${updatedAt.getTime()} ${run?.id} ${run?.sequence}`;
}

/** Undefined while the database cannot be asked; the next silence is not far. */
async function readAgain(scope: Scope, customerId: string | undefined, since: Date): Promise<Sync[] | undefined> {
  try {
    return await readChanged(scope, customerId, since);
  } catch (error) {
    if (error instanceof CallerError) throw error;
    scope.log.debug('A watcher of syncs could not look again.', { error });
    return undefined;
  }
}

function readChanged({ em }: Scope, customerId: string | undefined, since: Date): Promise<Sync[]> {
  const later = { $gte: new Date(since.getTime() - overlapMs) };
  const where: FilterQuery<Sync> = { $or: [{ updatedAt: later }, { run: { updatedAt: later } }] };
  if (customerId !== undefined) where.customerId = customerId;
  return em.find(Sync, where, {
    orderBy: { createdAt: 'asc', id: 'asc' },
    disableIdentityMap: true,
    populate: ['run'],
  });
}
