import type { Connector } from '#connector';
import type { Scope } from '../../scope.js';
import { Credential } from '../credential.entity.js';
import { bringsClient, clientOf } from '../oauth/client-for.js';
import { openCredential } from '../store-credential.js';

/**
 * Whether a connection is kept fresh by an app: a customer's own, or the house's (`appId` null). No other app can use its
 * tokens, so it would break with the next refresh. Those that are known to have come by another one lose nothing.
 */
export async function livesBy(
  { em, keyring }: Scope,
  { manifest, auth }: Connector,
  { id: appId, clientId }: { readonly id: string | null; readonly clientId: string },
): Promise<boolean> {
  const rows = await em.execute<{ id: string }[]>(
    `select n.id from connections n join credentials c on c.connection_id = n.id
     where n.platform = ? and c.app_id is not distinct from ?::uuid and c.fingerprint is not null
       and coalesce(c.client_id, ?) = ? and n.credential_health in ('valid', 'expiring')`,
    [manifest.id, appId, clientId, clientId],
  );
  const mayBringOwn = auth.some(way => way.kind === 'oauth2' && bringsClient(way.fields ?? []));
  if (appId !== null || !mayBringOwn) return rows.length > 0;
  for (const { id: connectionId } of rows) {
    const row = await em.findOne(Credential, { connectionId }, { disableIdentityMap: true });
    if (row !== null && clientOf((await openCredential(keyring, row, row.sealed)).secret.reveal()) === undefined)
      return true;
  }
  return false;
}
