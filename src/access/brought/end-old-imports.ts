import { connectorFor } from '../../catalog/index.js';
import type { House } from '../../scope.js';
import { giveBack } from '../oauth/give-back.js';
import { methodNamed } from '../oauth/oauth-method.js';
import { openRefreshed } from './brought-row.js';

/** Somebody else tries again after this, and whoever failed too. */
const leaseSeconds = 60;
const atOnce = 32;

/** Forgets imports after a month, and after a day those whose tokens were never refreshed. */
export async function endOldImports({ sql }: Pick<House, 'sql'>): Promise<void> {
  await sql.transaction('all', tx =>
    tx.rows(
      `delete from credential_imports where sealed is null and (busy_until is null or busy_until < clock_timestamp())
         and started_at < clock_timestamp() - case status when 'sent' then interval '1 day' else interval '30 days' end`,
    ),
  );
}

interface Old {
  readonly id: string;
  readonly customerId: string;
  readonly platform: string;
  readonly appId: string | null;
  readonly sealed: Buffer;
  readonly isOld: boolean;
}

/**
 * Gives back refreshed tokens that nobody went on with for a day, and those of a stopped platform. They stay here, sealed,
 * until their platform has them back, for another day at most.
 *
 * @returns how many there were.
 */
export async function giveBackImports(house: House): Promise<number> {
  const old = await house.sql.transaction('all', tx => tx.rows<Old>(claim, [leaseSeconds, atOnce]));
  await Promise.all(old.map(each => end(house, each)));
  return old.length;
}

const claim = `
update credential_imports i set status = 'ended', busy_until = clock_timestamp() + $1 * interval '1 second'
from (
  select id from credential_imports
  where sealed is not null and (busy_until is null or busy_until < clock_timestamp())
    and (status = 'ended' or started_at < clock_timestamp() - interval '1 day'
      or platform in (select platform from platform_stops where lifted_at is null))
  limit $2 for update skip locked
) next
where i.id = next.id
returning i.id, i.customer_id as "customerId", i.platform, i.app_id as "appId", i.sealed,
  i.started_at < clock_timestamp() - interval '2 days' as "isOld"`;

async function end(house: House, old: Old): Promise<void> {
  const { id, customerId, isOld } = old;
  const outcome = await revoke(house, old).catch((error: unknown) => {
    house.log.warn('Tokens that were brought in could not be opened to be revoked.', { import: id, error });
    return 'failed';
  });
  if (outcome === 'failed' && !isOld) return;
  await house.sql.transaction({ customerId }, tx =>
    tx.rows('update credential_imports set sealed = null, busy_until = null where id = $1', [id]),
  );
}

async function revoke(house: House, { id, customerId, platform, appId, sealed }: Old): Promise<string> {
  const stored = await openRefreshed(house.keyring, { id, customerId, sealed });
  // Where nothing rotates, the other system still lives by the same token.
  const isOurs = methodNamed(connectorFor(house, platform), stored.method)?.rotation !== 'none';
  return isOurs ? giveBack(house, { customerId, platform, appId, accountId: null }, stored) : 'not ours';
}
