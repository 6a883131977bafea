import type { House } from '../../scope.js';
import type { StoredSecret } from '../store-credential.js';
import { revokeCredential, type RevokeOutcome } from './revoke-credential.js';

/** What tokens that nobody wants open, and by which app. */
export interface Unwanted {
  readonly customerId: string;
  readonly platform: string;
  readonly appId: string | null;
  /** Null: nobody knows. */
  readonly accountId: string | null;
}

/** Gives tokens back at the platform that nobody wants, unless a connection could lose its own with them. Never throws. */
export async function giveBack(
  house: House,
  unwanted: Unwanted,
  stored: StoredSecret,
): Promise<RevokeOutcome | 'in use'> {
  try {
    return (await isInUse(house, unwanted)) ? 'in use' : await revokeCredential(house, unwanted, stored);
  } catch (error) {
    house.log.warn('Tokens could not be given back.', { platform: unwanted.platform, error });
    return 'failed';
  }
}

/**
 * Whether a connection lives by the same consent. Many platforms keep one for an account and an app, so that revoking one
 * token of it revokes them all. Where the account is not known, any of the customer's may be the one.
 */
export async function isInUse(
  { sql }: Pick<House, 'sql'>,
  { customerId, platform, appId, accountId }: Unwanted,
): Promise<boolean> {
  const live = await sql.transaction('all', tx =>
    tx.rows(
      `select 1 from connections n join credentials c on c.connection_id = n.id
       where n.platform = $1 and c.app_id is not distinct from $2::uuid and c.fingerprint is not null
         and n.credential_health in ('valid', 'expiring')
         and (n.account_id = $3 or ($3::text is null and n.customer_id = $4)) limit 1`,
      [platform, appId, accountId, customerId],
    ),
  );
  return live.length > 0;
}
