import type { FilterQuery } from '@mikro-orm/postgresql';
import { CallerError } from '../core/errors.js';
import type { Bus } from '../core/ports.js';
import { withoutLongSilence } from '../core/without-long-silence.js';
import { readCustomer } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import { Alert } from './alert.entity.js';
import { AlertKind, AlertState } from './alert-kind.js';

/** How long a change stays unseen when the news of it was lost. */
const longestSilenceMs = 15_000;
/** Clocks of processes differ, and what was noted first may be committed last. */
const overlapMs = 30_000;

const houseTopic = 'alerts';
const customerTopic = (customerId: string): string => `alerts/${customerId}`;

/** Tells those who watch alerts that one is different now. Call it after the commit. @param customerId null for the house's own. */
export function tellOfAlerts({ bus }: { readonly bus: Bus }, customerId: string | null): void {
  bus.publish(houseTopic, null);
  if (customerId !== null) bus.publish(customerTopic(customerId), null);
}

/**
 * Every alert that opens or changes from now on, as it then is; changes that follow each other closely may come as one.
 *
 * @throws CallerError NOT_FOUND when there is no such customer, or the viewer may not see it.
 */
export async function* watchAlerts(scope: Scope, customerId: string | null | undefined): AsyncGenerator<Alert> {
  const own = customerId ?? scope.viewer.customerId;
  // Listening starts before anything is read, so nothing falls between the two.
  const news = scope.bus.listen(own === undefined ? houseTopic : customerTopic(own), scope.signal);
  if (own !== undefined) await readCustomer(scope, own);
  let latest = await businessNow(scope);
  const seen = new Map((await readChanged(scope, own, latest)).map(alert => [alert.id, markOf(alert)]));
  for await (const _ of withoutLongSilence(news, longestSilenceMs)) {
    for (const alert of await readAgain(scope, own, latest)) {
      if (seen.get(alert.id) === markOf(alert)) continue;
      seen.set(alert.id, markOf(alert));
      if (alert.updatedAt > latest) latest = alert.updatedAt;
      yield alert;
    }
  }
}

function markOf({ updatedAt, state, severity, snoozedUntil }: Alert): string {
  return [updatedAt.getTime(), state, severity, snoozedUntil?.getTime()].join();
}

/** Nothing while the database cannot be asked; the next silence is not far. */
async function readAgain(scope: Scope, customerId: string | undefined, since: Date): Promise<Alert[]> {
  try {
    return await readChanged(scope, customerId, since);
  } catch (error) {
    if (error instanceof CallerError) throw error;
    scope.log.debug('A watcher of alerts could not look again.', { error });
    return [];
  }
}

function readChanged({ em }: Scope, customerId: string | undefined, since: Date): Promise<Alert[]> {
  const where: FilterQuery<Alert> = {
    updatedAt: { $gte: new Date(since.getTime() - overlapMs) },
    state: { $ne: AlertState.PENDING },
    kind: { $ne: AlertKind.DRILL },
  };
  if (customerId !== undefined) where.customerId = customerId;
  return em.find(Alert, where, { orderBy: { updatedAt: 'asc', id: 'asc' }, disableIdentityMap: true });
}
