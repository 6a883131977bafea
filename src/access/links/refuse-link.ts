import { Secret } from '../../core/secret.js';
import { record } from '../../customers/index.js';
import { type House, inTransaction } from '../../scope.js';
import { isBearable } from '../is-bearable.js';
import { hashOf } from './link-secret.js';

const act = 'link.refused';
/** What looks for other things than links is not worth a line. */
const secretForm = /^[\w-]{43}$/;

/** Mail scanners look again and again; it is their customer's trail. */
const mostALink = 5;
const counting = `
with counted as (
  update links set refusals = refusals + 1 where hash = $1 and refusals < $2 returning id
)
select id, customer_id, exists (select from counted) as told from links where hash = $1`;

/**
 * Writes down that somebody looked at a link that does not work, or at none. It goes on when the page is answered, so that
 * nobody can tell the one from the other by how long that takes.
 */
export function refuseLink(house: House, secret: string): void {
  if (!secretForm.test(secret)) return;
  write(house, secret).catch((error: unknown) =>
    house.log.debug('That a link was refused could not be written down.', { error }),
  );
}

async function write(house: House, secret: string): Promise<void> {
  const [link] = await house.sql.transaction('all', tx =>
    tx.rows<{ id: string; customer_id: string; told: boolean }>(counting, [
      ...[hashOf(house.keyring, 'link', new Secret(secret)), mostALink],
    ]),
  );
  if (link === undefined ? !isBearable(house, act) : !link.told) return;
  const signal = new AbortController().signal;
  const scope = link === undefined ? house.houseScope(signal) : house.ownScope(link.customer_id, signal);
  await inTransaction(scope, inside =>
    record(inside, {
      ...{ act, target: link === undefined ? 'link' : `link ${link.id}` },
      customerId: link?.customer_id ?? null,
    }),
  );
}
