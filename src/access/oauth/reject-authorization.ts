import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { lockProposal } from './find-authorization.js';
import { giveBackEnded } from './give-back-earlier.js';

/** Lets go of what a sign-in brought. @throws CallerError NOT_FOUND, as for `confirmAuthorization` */
export async function rejectAuthorization(
  scope: Scope,
  choice: { readonly sessionId: string; readonly browser: string },
): Promise<void> {
  const id = await inTransaction(scope, async inside => {
    const session = await lockProposal(inside, choice);
    inside.em.assign(session, { status: 'rejected' });
    await inside.em.flush();
    const { id, customerId, platform } = session;
    await record(inside, {
      act: 'authorization.rejected',
      target: `authorization ${id}`,
      customerId,
      details: { platform },
    });
    return id;
  });
  await giveBackEnded(scope, [id]);
}
