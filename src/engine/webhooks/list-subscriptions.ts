import type { Ask, HubSetUp } from '#connector';
import { granted, type GrantedSubscription } from './granted.js';

/**
 * The subscriptions that the platform knows. Undefined where it does not say.
 * @throws as `subscribe`.
 */
export async function listSubscriptions(
  { list }: HubSetUp,
  ask: Ask,
  now: () => Date,
): Promise<readonly GrantedSubscription[] | undefined> {
  if (list === undefined) return undefined;
  const reply = await ask.send(list.request());
  return list.read(reply).map(told => granted(told, undefined, now()));
}
