import type { Connector } from '#connector';
import { connectorFor } from '../../catalog/index.js';
import { Secret } from '../../core/secret.js';
import { record } from '../../customers/index.js';
import { type House, inTransaction, type Scope } from '../../scope.js';
import { findApp } from '../apps/find-app.js';
import type { StoredSecret } from '../store-credential.js';
import type { AuthorizationSession } from './authorization-session.entity.js';
import { endpointFor } from './endpoint-for.js';
import { lockProposal } from './find-authorization.js';
import { signInMethod } from './oauth-method.js';
import { revokeTokens } from './revoke-tokens.js';
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
  await giveBack(scope, connectorFor(scope, session.platform), session, stored);
}

/** At the platform, as well as it goes. */
export async function giveBack(
  house: House,
  connector: Connector,
  { platform, method, appId }: Pick<AuthorizationSession, 'platform' | 'method' | 'appId'>,
  { secret }: StoredSecret,
): Promise<void> {
  const app = await findApp(house, platform, { appId });
  if (app === undefined) return;
  const { access_token: access = '', refresh_token: refresh } = secret.reveal();
  const tokens = {
    accessToken: new Secret(access),
    refreshToken: refresh === undefined ? undefined : new Secret(refresh),
  };
  await revokeTokens(house, endpointFor(house, connector, signInMethod(connector, method), app), tokens);
}
