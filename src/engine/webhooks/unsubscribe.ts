import type { Ask, HubSetUp } from '#connector';
import { isGone } from './renew.js';

/**
 * Ends a subscription; one that is gone already is well.
 * @throws as `subscribe`.
 */
export async function unsubscribe(setUp: HubSetUp, ask: Ask, id: string): Promise<void> {
  await ask.send(setUp.unsubscribe(id)).catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}
