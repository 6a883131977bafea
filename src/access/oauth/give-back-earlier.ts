import type { House } from '../../scope.js';
import { revokeCredential } from './revoke-credential.js';
import { openProposed } from './secrets-of-a-session.js';

export interface Orphan {
  readonly id: string;
  readonly customerId: string;
  readonly platform: string;
  readonly appId: string | null;
  readonly proposed: Buffer | null;
}

/** What is proposed to a browser is one account: what its other sign-ins brought and nobody has decided about is given back. */
export async function giveBackEarlier(
  house: House,
  { customerId, browser, except }: { readonly customerId: string; readonly browser: Buffer; readonly except?: string },
): Promise<void> {
  const orphans = await house.sql.transaction({ customerId }, tx =>
    tx.rows<Orphan>(
      `update authorization_sessions s set status = 'rejected', proposed = null
       from (select id, proposed from authorization_sessions
             where browser_hash = $1 and status = 'proposed' and id is distinct from $2::uuid for update) old
       where s.id = old.id
       returning s.id, customer_id as "customerId", platform, app_id as "appId", old.proposed`,
      [browser, except ?? null],
    ),
  );
  await giveBack(house, orphans);
}

/** Revokes what sign-ins brought that have come to nothing. Never throws. */
export async function giveBack(house: House, orphans: readonly Orphan[]): Promise<void> {
  for (const orphan of orphans) {
    if (orphan.proposed === null) continue;
    try {
      await revokeCredential(house, orphan, await openProposed(house.keyring, orphan, orphan.proposed));
    } catch (error) {
      house.log.warn('What a sign-in brought could not be opened to be revoked.', { authorization: orphan.id, error });
    }
  }
}
