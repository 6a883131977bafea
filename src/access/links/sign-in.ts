import { CallerError } from '../../core/errors.js';
import { beginAuthorization } from '../oauth/begin-authorization.js';
import type { Guest } from './guest.js';
import { letGo } from './let-go.js';
import { requireVerified } from './offer-secret.js';
import { tellProblem } from './tell-problem.js';
import type { Proposal } from './visit.entity.js';

/**
 * A contact goes to the platform to sign in there. What keeps them from it stands in the visit afterwards.
 *
 * @param method label of the way in.
 * @returns the address at the platform, for this browser; undefined when there is none. @throws LinkEnded
 */
export async function signInByLink(guest: Guest, method: string): Promise<string | undefined> {
  requireVerified(guest);
  const { scope, link, connection, browser } = guest;
  await letGo(guest);
  try {
    const { url } = await beginAuthorization(scope, {
      ...{ customerId: link.customerId, platform: link.platform, method, connectionId: connection?.id },
      ...{ linkId: link.id, browser },
    });
    return url;
  } catch (error) {
    if (!(error instanceof CallerError)) throw error;
    await tellProblem(guest, error);
    return undefined;
  }
}

/** What the last sign-in found, while nobody has decided about it. */
export function proposedBySignIn({ signIn, scope }: Guest): (Proposal & { readonly sessionId: string }) | undefined {
  if (signIn?.status !== 'proposed' || signIn.expiresAt <= scope.clock.now()) return undefined;
  const { id: sessionId, accountId, accountName, warnings } = signIn;
  if (accountId === null || accountName === null) return undefined;
  return { sessionId, account: { id: accountId, name: accountName }, warnings };
}
