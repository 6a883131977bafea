import { connectorFor } from '../../catalog/index.js';
import { notFound } from '../../core/errors.js';
import { readCustomer } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { hasApp } from '../apps/has-app.js';
import { Connection } from '../connection.entity.js';
import { withoutApp } from '../oauth/begin-authorization.js';
import { signInMethod } from '../oauth/oauth-method.js';
import { refuseStopped } from '../stops/refuse-stopped.js';
import type { CreatedLink } from './create-link.js';
import type { StartOAuthInput } from './link.type.js';
import { makeLink } from './make-link.js';

/**
 * A ticket by which whoever asks signs in at a platform, on the same page as contacts and with the same confirmation.
 *
 * @throws CallerError NOT_FOUND, UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED; INVALID_INPUT where nobody can sign in;
 *   CONFLICT without an app, or while the platform is stopped
 */
export async function startOAuth(scope: Scope, input: StartOAuthInput): Promise<CreatedLink> {
  const { connectionId: id } = input;
  const { id: customerId } = await readCustomer(scope, input.customerId);
  const connector = connectorFor(scope, input.platform, 'input.platform');
  const platform = connector.manifest.id;
  await refuseStopped(scope, platform);
  signInMethod(connector, undefined);
  if (!(await hasApp(scope, platform, customerId))) throw withoutApp(connector.manifest.name, platform);
  if (id != null && (await scope.em.count(Connection, { id, customerId, platform })) === 0)
    throw notFound('connection');
  return inTransaction(scope, inside =>
    makeLink(inside, { customerId, platform, ...(id != null && { connectionId: id }) }),
  );
}
