import { connectorFor } from '../../catalog/index.js';
import type { House } from '../../scope.js';
import { methodNamed } from '../oauth/oauth-method.js';
import { revokeCredential } from '../oauth/revoke-credential.js';
import { openRefreshed } from './brought-row.js';

interface Old {
  readonly id: string;
  readonly customerId: string;
  readonly platform: string;
  readonly sealed: Buffer | null;
}

/** Forgets imports after a month, and destroys after a day what nobody went on with; what only we can hold is revoked. */
export async function endOldImports(house: House): Promise<void> {
  const old = await house.sql.transaction('all', async tx => {
    await tx.rows(
      `delete from credential_imports where status = 'done' and started_at < clock_timestamp() - interval '30 days'`,
    );
    return tx.rows<Old>(
      `delete from credential_imports where status <> 'done' and started_at < clock_timestamp() - interval '1 day'
         and (busy_until is null or busy_until < clock_timestamp())
       returning id, customer_id as "customerId", platform, sealed`,
    );
  });
  for (const { id, customerId, platform, sealed } of old) {
    if (sealed === null) continue;
    const stored = await openRefreshed(house.keyring, { id, customerId, sealed });
    // Where nothing rotates, the other system still lives by the same token.
    const isOurs = methodNamed(connectorFor(house, platform), stored.method)?.rotation !== 'none';
    if (isOurs) await revokeCredential(house, { platform, appId: null }, stored);
  }
}
