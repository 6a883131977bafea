import type { Ask, HubSetUp } from '#connector';
import { PlatformError } from '../../core/errors.js';
import { granted, type GrantedSubscription } from './granted.js';

/**
 * Makes a subscription live on. Undefined: there is none of this id any more, or it cannot be renewed, so that a new one has to be made.
 * @throws as `subscribe`.
 */
export async function renew(
  { renew: renewal }: HubSetUp,
  ask: Ask,
  id: string,
  now: () => Date,
): Promise<GrantedSubscription | undefined> {
  if (renewal === undefined) return undefined;
  try {
    const reply = await ask.send(renewal.request(id));
    return granted(renewal.read(reply), undefined, now());
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'NOT_FOUND';
}
