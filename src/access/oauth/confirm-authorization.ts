import { connectorFor } from '../../catalog/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import type { Connection } from '../connection.entity.js';
import { keepProbed } from '../keep-probed.js';
import { refreshableOf, timesFrom } from '../tokens/refreshable-of.js';
import { tellOfConnections } from '../watch-connections.js';
import { lockProposal } from './find-authorization.js';
import { signInMethod } from './oauth-method.js';
import { openProposed } from './secrets-of-a-session.js';

/**
 * Makes live what a sign-in brought, all at once: connection, credential, audit entry. Work that was paused for it goes on.
 *
 * @throws CallerError NOT_FOUND when there is nothing to confirm: unknown, of another browser, decided before, or too old.
 */
export async function confirmAuthorization(
  scope: Scope,
  choice: { readonly sessionId: string; readonly browser: string },
): Promise<Connection> {
  const connection = await inTransaction(scope, async inside => {
    const session = await lockProposal(inside, choice);
    const { customerId, platform, accountId, accountName, settings, warnings } = session;
    const connector = connectorFor(scope, platform);
    const method = signInMethod(connector, session.method);
    const stored = await openProposed(scope.keyring, session, session.proposed);
    const app = { id: session.appId, clientId: session.clientId };
    const probed = {
      ...{ platform, connector, warnings, ...stored },
      account: { id: accountId, name: accountName, learned: settings },
      refreshable: refreshableOf(scope.keyring, {
        ...{ method, app, secret: stored.secret, times: timesFrom(session.times) },
      }),
    };
    inside.em.assign(session, { status: 'confirmed', proposed: null });
    await inside.em.flush();
    return keepProbed({ ...inside, viewer: { ...inside.viewer, name: session.requestedBy } }, customerId, probed);
  });
  tellOfConnections(scope, connection.customerId);
  return connection;
}
