import type { House } from '../../scope.js';
import type { AuthorizationSession } from './authorization-session.entity.js';
import { browserHash, stateHash } from './secrets-of-a-session.js';

export interface Arrival {
  readonly platform: string;
  readonly appId?: string | undefined;
  readonly browser: string;
}

/**
 * Takes the session that this state belongs to, in one statement and once: it must be of this browser, this platform and
 * this app, open and in time. Another browser with the right state changes nothing.
 */
export async function claimSession(
  { sql, keyring }: House,
  { platform, appId, browser }: Arrival,
  state: string,
): Promise<AuthorizationSession | undefined> {
  const [session] = await sql.transaction('all', tx =>
    tx.rows<AuthorizationSession>(
      `update authorization_sessions set status = 'exchanging', claimed_at = clock_timestamp()
       where state_hash = $1 and browser_hash = $2 and platform = $3 and app_id is not distinct from $4::uuid
         and status = 'open' and expires_at > clock_timestamp()
       returning id, customer_id as "customerId", platform, method, app_id as "appId", client_id as "clientId",
         connection_id as "connectionId",
         expected_account as "expectedAccount", link_id as "linkId", redirect_uri as "redirectUri", verifier,
         requested_by as "requestedBy", browser_hash as "browserHash", claimed_at as "claimedAt"`,
      [stateHash(keyring, state), browserHash(keyring, browser), platform, appId ?? null],
    ),
  );
  return session;
}
