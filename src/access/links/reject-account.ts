import { rejectAuthorization } from '../oauth/reject-authorization.js';
import { asGuest, type Guest } from './guest.js';
import { proposedBySignIn } from './sign-in.js';

/** The account that was found is not the right one: it is forgotten, and given back at the platform. @throws LinkEnded */
export async function rejectAccount(guest: Guest): Promise<void> {
  const hadKey = await asGuest(guest, async ({ scope, visit }) => {
    const { proposal } = visit;
    scope.em.assign(visit, { proposal: null, sealed: null, problem: null });
    return proposal !== null;
  });
  const signedIn = hadKey ? undefined : proposedBySignIn(guest);
  if (signedIn !== undefined)
    await rejectAuthorization(guest.scope, { sessionId: signedIn.sessionId, browser: guest.browser });
}
