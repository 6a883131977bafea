import { giveBackEarlier } from '../oauth/give-back-earlier.js';
import { browserHash } from '../oauth/secrets-of-a-session.js';
import { asGuest, type Guest } from './guest.js';
import { giveBackProbed, proposed } from './offer-secret.js';

/** Whatever was found before is forgotten, and given back at the platform: one account at a time is asked about. @throws LinkEnded */
export async function letGo(guest: Guest): Promise<void> {
  const { scope, link, browser } = guest;
  const entered = await asGuest(guest, async inside => {
    const probed = await proposed(inside);
    inside.scope.em.assign(inside.visit, { problem: null, proposal: null, sealed: null });
    return probed;
  });
  if (entered !== undefined) await giveBackProbed(scope, link.customerId, entered);
  await giveBackEarlier(scope, { customerId: link.customerId, browser: browserHash(scope.keyring, browser) });
}
