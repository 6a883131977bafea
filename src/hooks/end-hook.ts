import { raw } from '@mikro-orm/postgresql';
import { Connection, openAccount, stillWorks } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { unsubscribe } from '../engine/index.js';
import type { Scope } from '../scope.js';
import { type Hold, writeHeld } from './hold.js';
import { Hook } from './hook.entity.js';

const mostFailures = 5;
const waitMinutes = 5;

/** Ends the subscription at the platform, and the hook with it. What still arrives at its address finds nobody. @throws HoldLost */
export async function endHook(scope: Scope, hook: Hook, hold: Hold, connection: Connection): Promise<void> {
  try {
    await endSubscription(scope, hook, connection);
  } catch (error) {
    scope.log.info('A subscription could not be ended.', { hookId: hook.id, error });
    if (hook.failures < mostFailures) {
      await writeHeld(scope, hold, {
        ...{ failures: hook.failures + 1, heldUntil: null },
        nextAt: raw(
          `case when next_at <= business_now() then next_at else business_now() + interval '${waitMinutes} minutes' end`,
        ),
      });
      return;
    }
  }
  const ended = await scope.em.nativeDelete(Hook, { id: hook.id, claim: hold.claim, ending: true });
  // It is needed again, and due since somebody said so.
  if (ended === 0) await writeHeld(scope, hold, { heldUntil: null });
}

/** Nothing where there is none. @throws as `unsubscribe`. */
async function endSubscription(scope: Scope, hook: Hook, connection: Connection): Promise<void> {
  const { setUp } = connectorFor(scope, hook.platform).webhooks ?? {};
  if (setUp?.by !== 'hub' || hook.subscriptionId === null || !stillWorks(connection)) return;
  const { ask } = await openAccount(scope, connection);
  const { subscriptionId } = hook;
  await unsubscribe(setUp, ask.as('subscription'), subscriptionId);
  hook.subscriptionId = null;
  // Soon, should the hook live on; not at once, since a cut that follows must not meet a new subscription.
  await scope.em.execute(
    `update hooks set subscription_id = null, expires_at = null, renew_at = null,
       next_at = least(next_at, business_now() + interval '1 minute') where id = ? and subscription_id = ?`,
    [hook.id, subscriptionId],
  );
}

/** Before the credential of a connection is destroyed, without which nobody could end it any more. @throws as `unsubscribe`. */
export async function unsubscribeBeforeCut(scope: Scope, connectionId: string): Promise<void> {
  // Whoever may not see the connection is told so by what follows.
  const hook = await scope.em.findOne(Hook, { connectionId }, { refresh: true });
  if (hook === null) return;
  const inHouse = scope.ownScope(hook.customerId ?? '', scope.signal);
  await endSubscription(inHouse, hook, await inHouse.em.findOneOrFail(Connection, { id: connectionId }));
}
