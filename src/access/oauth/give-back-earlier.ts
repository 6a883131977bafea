import type { House } from '../../scope.js';
import { giveBack, type Unwanted } from './give-back.js';
import { openProposed } from './secrets-of-a-session.js';

/** Somebody else tries again after this, and whoever failed too. */
const leaseSeconds = 60;
/** What its platform has not taken back by then stays with it; here it is destroyed. */
const keptHours = 24;
const atOnce = 32;

interface Ended extends Unwanted {
  readonly id: string;
  readonly proposed: Buffer;
  readonly isOld: boolean;
}

/** What is proposed to a browser is one account: what its other sign-ins brought and nobody has decided about is given back. */
export async function giveBackEarlier(
  house: House,
  { customerId, browser, except }: { readonly customerId: string; readonly browser: Buffer; readonly except?: string },
): Promise<void> {
  const ended = await house.sql.transaction({ customerId }, tx =>
    tx.rows<{ id: string }>(
      `update authorization_sessions set status = 'rejected'
       where browser_hash = $1 and status = 'proposed' and id is distinct from $2::uuid returning id`,
      [browser, except ?? null],
    ),
  );
  if (ended.length > 0)
    await giveBackEnded(
      house,
      ended.map(({ id }) => id),
    );
}

/**
 * Gives back what sign-ins had brought that were declined, or that somebody or something else ended. It stays here, sealed,
 * until its platform has it back, in whatever process that is.
 *
 * @param only ids of sign-ins; absent: all whose time has come.
 * @returns how many there were.
 */
export async function giveBackEnded(house: House, only?: readonly string[]): Promise<number> {
  const ended = await house.sql.transaction('all', tx =>
    tx.rows<Ended>(
      `update authorization_sessions s set give_back_at = clock_timestamp() + $1 * interval '1 second'
       from (select id from authorization_sessions
             where status in ('failed', 'rejected') and proposed is not null
               and ($2::uuid[] is null or id = any ($2)) and coalesce(give_back_at <= clock_timestamp(), true)
             limit $3 for update skip locked) old
       where s.id = old.id
       returning s.id, customer_id as "customerId", platform, app_id as "appId", account_id as "accountId", proposed,
         expires_at < clock_timestamp() - $4 * interval '1 hour' as "isOld"`,
      [leaseSeconds, only ?? null, atOnce, keptHours],
    ),
  );
  await Promise.all(ended.map(each => end(house, each)));
  return ended.length;
}

async function end(house: House, ended: Ended): Promise<void> {
  const { id, customerId, proposed, isOld } = ended;
  const outcome = await openProposed(house.keyring, ended, proposed)
    .then(stored => giveBack(house, ended, stored))
    .catch((error: unknown) => {
      house.log.warn('What a sign-in brought could not be opened to be revoked.', { authorization: id, error });
    });
  if (outcome === 'failed' && !isOld) return;
  await house.sql.transaction({ customerId }, tx =>
    tx.rows('update authorization_sessions set proposed = null where id = $1', [id]),
  );
}
