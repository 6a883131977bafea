import type { Ask, HubSetUp } from '#connector';
import { type GrantedSubscription, listSubscriptions, subscribe, unsubscribe } from '../engine/index.js';
import type { Scope } from '../scope.js';
import type { Hook } from './hook.entity.js';
import { withSecret } from './hook-secrets.js';

export interface Wish {
  readonly setUp: HubSetUp;
  readonly ask: Ask;
  readonly url: string;
  readonly now: () => Date;
}

const awaitsSeconds = 180;

/**
 * Subscribes, stores what was granted, and ends whatever else the platform sends to the same address, such as what was made just before a
 * process died. @throws as `subscribe`.
 */
export async function makeSubscription(
  scope: Scope,
  hook: Hook,
  { setUp, ask, url, now }: Wish,
): Promise<GrantedSubscription> {
  // A challenge may arrive before the answer, at any process.
  await change(scope, `awaits_until = clock_timestamp() + interval '${awaitsSeconds} seconds'`, [], hook.id);
  const made = await subscribe(setUp, ask, url, now);
  const kept = made.secret === undefined ? hook : await withSecret(scope.keyring, hook, made.secret);
  const before = hook.subscriptionId;
  Object.assign(hook, {
    ...{ epoch: kept.epoch, sealed: kept.sealed, url, subscriptionId: made.id, checkedAt: now() },
    ...{ expiresAt: made.expiresAt ?? null, renewAt: made.renewAt ?? null, awaitsUntil: null },
  });
  await change(
    scope,
    `awaits_until = null, epoch = ?, sealed = ?, url = ?, subscription_id = ?, checked_at = ?, expires_at = ?, renew_at = ?`,
    [hook.epoch, hook.sealed, url, made.id, now(), hook.expiresAt, hook.renewAt],
    hook.id,
  );
  await endOthers(scope, { setUp, ask, url, now }, made.id, before);
  return made;
}

/** Only then, so that there is no moment without one. What cannot be ended sends what is known already. */
async function endOthers(
  scope: Scope,
  { setUp, ask, url, now }: Wish,
  id: string,
  before: string | null,
): Promise<void> {
  try {
    const listed = (await listSubscriptions(setUp, ask, now)) ?? [];
    const others = new Set(listed.filter(one => one.url === url).map(one => one.id));
    if (before !== null) others.add(before);
    others.delete(id);
    for (const other of others) await unsubscribe(setUp, ask, other);
  } catch (error) {
    scope.log.info('A subscription that was replaced could not be ended.', { error });
  }
}

async function change(scope: Scope, columns: string, values: readonly unknown[], id: string): Promise<void> {
  await scope.em.execute(`update hooks set ${columns} where id = ?`, [...values, id]);
}
