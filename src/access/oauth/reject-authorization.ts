import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { lockProposal } from './find-authorization.js';
import { revokeCredential } from './revoke-credential.js';
import { openProposed } from './secrets-of-a-session.js';

/** Lets go of what a sign-in brought. @throws CallerError NOT_FOUND, as for `confirmAuthorization` */
export async function rejectAuthorization(
  scope: Scope,
  choice: { readonly sessionId: string; readonly browser: string },
): Promise<void> {
  const { session, stored } = await inTransaction(scope, async inside => {
    const session = await lockProposal(inside, choice);
    const stored = await openProposed(scope.keyring, session, session.proposed);
    inside.em.assign(session, { status: 'rejected', proposed: null });
    await inside.em.flush();
    const { id, customerId, platform } = session;
    await record(inside, {
      act: 'authorization.rejected',
      target: `authorization ${id}`,
      customerId,
      details: { platform },
    });
    return { session, stored };
  });
  await revokeCredential(scope, session, stored);
}
