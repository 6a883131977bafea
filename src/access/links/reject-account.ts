import { rejectAuthorization } from '../oauth/reject-authorization.js';
import { asGuest, type Guest } from './guest.js';
import { giveBackProbed, proposed } from './offer-secret.js';
import { proposedBySignIn } from './sign-in.js';

/** The account that was found is not the right one: it is forgotten, and given back at the platform. @throws LinkEnded */
export async function rejectAccount(guest: Guest): Promise<void> {
  const entered = await asGuest(guest, async inside => {
    const probed = await proposed(inside);
    inside.scope.em.assign(inside.visit, { proposal: null, sealed: null, problem: null });
    return probed;
  });
  if (entered !== undefined) return giveBackProbed(guest.scope, guest.link.customerId, entered);
  const signedIn = proposedBySignIn(guest);
  if (signedIn !== undefined)
    await rejectAuthorization(guest.scope, { sessionId: signedIn.sessionId, browser: guest.browser });
}
