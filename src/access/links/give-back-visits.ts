import type { House } from '../../scope.js';
import { giveBack } from '../oauth/give-back.js';
import { openAside } from './offer-secret.js';

/** Somebody else tries again after this, and whoever failed too; what is left is forgotten with the visit. */
const leaseSeconds = 60;
const atOnce = 32;

interface Ended {
  readonly id: string;
  readonly customerId: string;
  readonly platform: string;
  readonly sealed: Buffer;
}

/**
 * Gives back what was entered on the page and was being asked about when its platform was stopped.
 *
 * @returns how many there were.
 */
export async function giveBackVisits(house: House): Promise<number> {
  const ended = await house.sql.transaction('all', tx => tx.rows<Ended>(claim, [leaseSeconds, atOnce]));
  await Promise.all(ended.map(each => end(house, each)));
  return ended.length;
}

// Nobody is asked about it any more, and it is still here.
const claim = `
update link_visits v set give_back_at = clock_timestamp() + $1 * interval '1 second'
from (
  select id from link_visits where sealed is not null and proposal is null and finished_at is null
    and coalesce(give_back_at <= clock_timestamp(), true) limit $2 for update skip locked
) next, links l
where v.id = next.id and l.id = v.link_id
returning v.id, v.customer_id as "customerId", l.platform, v.sealed`;

async function end(house: House, { id, customerId, platform, sealed }: Ended): Promise<void> {
  const outcome = await openAside(house, { id, customerId, sealed })
    .then(({ tokens, ...stored }) =>
      tokens === undefined
        ? 'not offered'
        : giveBack(house, { customerId, platform, appId: tokens.app.id, accountId: null }, stored),
    )
    .catch((error: unknown) => {
      house.log.warn('What was entered on the page could not be opened to be revoked.', { visit: id, error });
      return 'failed';
    });
  if (outcome === 'failed') return;
  await house.sql.transaction({ customerId }, tx =>
    tx.rows('update link_visits set sealed = null, give_back_at = null where id = $1 and sealed = $2', [id, sealed]),
  );
}
