import { randomBytes } from 'node:crypto';
import type { Ask, HubSetUp } from '#connector';
import { Secret } from '../../core/secret.js';
import { granted, type GrantedSubscription } from './granted.js';

/**
 * Asks the platform to send its events to `url`, where a challenge may arrive before this has ended. `ask` is for
 * purposes of `subscription`, whose refusals say nothing against the credential.
 * @throws PlatformError with what to do next as its recovery; Error when the reply is not as published.
 */
export async function subscribe(setUp: HubSetUp, ask: Ask, url: string, now: () => Date): Promise<GrantedSubscription> {
  const ours = setUp.secret === 'ours' ? new Secret(randomBytes(24).toString('base64url')) : undefined;
  const reply = await ask.send(setUp.subscribe.request({ url, secret: ours?.reveal() }));
  return granted(setUp.subscribe.read(reply), ours, now());
}
