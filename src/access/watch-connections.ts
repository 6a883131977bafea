import type { FilterQuery } from '@mikro-orm/postgresql';
import { CallerError } from '../core/errors.js';
import type { Bus } from '../core/ports.js';
import { withoutLongSilence } from '../core/without-long-silence.js';
import { readCustomer } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Connection } from './connection.entity.js';

/** How long a change stays unseen when the news of it was lost. */
const longestSilenceMs = 15_000;
/** Clocks of processes differ, and what was noted first may be committed last. */
const overlapMs = 30_000;

const houseTopic = 'connections';
const customerTopic = (customerId: string): string => `connections/${customerId}`;

/** Tells those who watch connections that one of this customer is different now. Call it after the commit. */
export function tellOfConnections({ bus }: { readonly bus: Bus }, customerId: string): void {
  bus.publish(houseTopic, null);
  bus.publish(customerTopic(customerId), null);
}

/**
 * Every connection that changes from now on, as it then is; changes that follow each other closely may come as one.
 *
 * @throws CallerError NOT_FOUND when there is no such customer, or the viewer may not see it.
 */
export async function* watchConnections(
  scope: Scope,
  customerId: string | null | undefined,
): AsyncGenerator<Connection> {
  const own = customerId ?? scope.viewer.customerId;
  // Listening starts before anything is read, so nothing falls between the two.
  const news = scope.bus.listen(own === undefined ? houseTopic : customerTopic(own), scope.signal);
  const since = scope.clock.now();
  if (own !== undefined) await readCustomer(scope, own);
  const seen = new Map((await readChanged(scope, own, since)).map(({ id, updatedAt }) => [id, updatedAt.getTime()]));
  let latest = since;
  for await (const _ of withoutLongSilence(news, longestSilenceMs)) {
    for (const connection of await readAgain(scope, own, latest)) {
      const { id, updatedAt } = connection;
      if (seen.get(id) === updatedAt.getTime()) continue;
      seen.set(id, updatedAt.getTime());
      if (updatedAt > latest) latest = updatedAt;
      yield connection;
    }
  }
}

/** Nothing while the database cannot be asked; the next silence is not far. */
async function readAgain(scope: Scope, customerId: string | undefined, since: Date): Promise<Connection[]> {
  try {
    return await readChanged(scope, customerId, since);
  } catch (error) {
    if (error instanceof CallerError) throw error;
    scope.log.debug('A watcher of connections could not look again.', { error });
    return [];
  }
}

function readChanged({ em }: Scope, customerId: string | undefined, since: Date): Promise<Connection[]> {
  const where: FilterQuery<Connection> = { updatedAt: { $gte: new Date(since.getTime() - overlapMs) } };
  if (customerId !== undefined) where.customerId = customerId;
  return em.find(Connection, where, { orderBy: { updatedAt: 'asc', id: 'asc' }, disableIdentityMap: true });
}
