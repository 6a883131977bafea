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

/** Gives back what sign-ins had brought that somebody else ended, such as by stopping their platform. @returns how many there were */
export async function giveBackEnded(house: House): Promise<number> {
  const orphans = await house.sql.transaction('all', tx =>
    tx.rows<Orphan>(
      `update authorization_sessions s set proposed = null
       from (select id, proposed from authorization_sessions where status = 'failed' and proposed is not null
             limit 100 for update skip locked) old
       where s.id = old.id
       returning s.id, customer_id as "customerId", platform, app_id as "appId", old.proposed`,
    ),
  );
  await giveBack(house, orphans);
  return orphans.length;
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
