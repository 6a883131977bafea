import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { connectorFor } from '../../catalog/index.js';
import { CallerError, notFound } from '../../core/errors.js';
import { Customer, record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { callbackUrl } from '../apps/callback-url.js';
import { findApp } from '../apps/find-app.js';
import { Connection } from '../connection.entity.js';
import { refuseStopped } from '../stops/refuse-stopped.js';
import { endpointFor } from './endpoint-for.js';
import { signInMethod } from './oauth-method.js';
import { browserHash, sealVerifier, stateHash } from './secrets-of-a-session.js';

export interface BeginAuthorization {
  readonly customerId: string;
  readonly platform: string;
  /** Label of the method; absent: the best one. */
  readonly method?: string | undefined;
  /** To renew: only this connection's account may come of it. */
  readonly connectionId?: string | undefined;
  readonly linkId?: string | undefined;
  /** What only this browser knows, from its cookie. */
  readonly browser: string;
}

/** How long somebody may take at the platform. */
const openMinutes = 10;

/**
 * Begins a sign-in at a platform. The address is for the browser that began, and for no message.
 *
 * @throws CallerError NOT_FOUND, UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT, CONFLICT without an app
 */
export async function beginAuthorization(
  scope: Scope,
  input: BeginAuthorization,
): Promise<{ readonly sessionId: string; readonly url: string }> {
  const { customerId, connectionId, linkId, browser } = input;
  if ((await scope.em.findOne(Customer, { id: customerId })) === null) throw notFound('customer');
  const connector = connectorFor(scope, input.platform, 'input.platform');
  const platform = connector.manifest.id;
  await refuseStopped(scope, platform);
  const method = signInMethod(connector, input.method);
  const pinned =
    connectionId === undefined
      ? undefined
      : await scope.em.findOne(Connection, { id: connectionId, customerId, platform });
  if (pinned === null) throw notFound('connection');
  const app = await findApp(scope, platform, { customerId });
  if (app === undefined) throw withoutApp(connector.manifest.name, platform);

  const id = randomUUID();
  const { keyring } = scope;
  const state = randomBytes(32).toString('base64url');
  const verifier = method.pkce ? randomBytes(32).toString('base64url') : undefined;
  const redirectUri = callbackUrl(scope, platform, app.id);
  const sealed = verifier === undefined ? null : await sealVerifier(keyring, { id, customerId }, verifier);
  await inTransaction(scope, async inside => {
    await inside.em.execute(
      `insert into authorization_sessions (id, customer_id, platform, method, app_id, client_id, connection_id, expected_account, link_id,
         state_hash, browser_hash, redirect_uri, verifier, status, requested_by, expires_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, clock_timestamp() + ? * interval '1 minute')`,
      [
        ...[
          id,
          customerId,
          platform,
          method.label,
          app.id,
          app.clientId,
          pinned?.id ?? null,
          pinned?.accountId ?? null,
          linkId ?? null,
        ],
        ...[
          stateHash(keyring, state),
          browserHash(keyring, browser),
          redirectUri,
          sealed,
          scope.viewer.name,
          openMinutes,
        ],
      ],
    );
    const details = { platform, method: method.label, ...(pinned !== undefined && { connectionId: pinned.id }) };
    await record(inside, { act: 'authorization.begun', target: `authorization ${id}`, customerId, details });
  });
  const codeChallenge = verifier && createHash('sha256').update(verifier).digest('base64url');
  const question = { redirectUri, scopes: method.scopes, state, codeChallenge };
  return { sessionId: id, url: scope.oauth.authorizeUrl(endpointFor(scope, connector, method, app), question) };
}

export function withoutApp(name: string, platform: string): CallerError {
  const variable = `PLATFORM_${platform.toUpperCase().replaceAll('-', '_')}_CLIENT_ID`;
  return new CallerError('CONFLICT', `This hub has no app at ${name}, so nobody can sign in there yet.`, {
    field: 'input.platform',
    remedy: `An administrator sets one by \`setPlatformApp\`, or by ${variable} and its secret; or connect the account with a key.`,
  });
}
