import { raw } from '@mikro-orm/postgresql';
import type { Ask, HubSetUp } from '#connector';
import { type GrantedSubscription, listSubscriptions, subscribe, unsubscribe } from '../engine/index.js';
import type { Scope } from '../scope.js';
import { type Hold, HoldLost, writeHeld } from './hold.js';
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
 * process died. @throws HoldLost; as `subscribe`.
 */
export async function makeSubscription(
  scope: Scope,
  hook: Hook,
  hold: Hold,
  { setUp, ask, url, now }: Wish,
): Promise<GrantedSubscription> {
  // A challenge may arrive before the answer, at any process.
  await writeHeld(scope, hold, { awaitsUntil: raw(`clock_timestamp() + interval '${awaitsSeconds} seconds'`) });
  const made = await subscribe(setUp, ask, url, now);
  const kept = made.secret === undefined ? hook : await withSecret(scope.keyring, hook, made.secret);
  const before = hook.subscriptionId;
  const columns = {
    ...{ epoch: kept.epoch, sealed: kept.sealed, url, subscriptionId: made.id, checkedAt: now(), awaitsUntil: null },
    ...{ expiresAt: made.expiresAt ?? null, renewAt: made.renewAt ?? null },
  };
  Object.assign(hook, columns);
  try {
    await writeHeld(scope, hold, columns);
  } catch (error) {
    // Whoever holds it now has made, or is making, another one. Nobody would know of this one.
    if (error instanceof HoldLost) await unsubscribe(setUp, ask, made.id).catch(() => undefined);
    throw error;
  }
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
