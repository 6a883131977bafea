/**
 * Keeps subscriptions alive: every two seconds, in every worker. Hooks follow the real-time syncs that there are; each is looked after when its
 * time has come, by whoever holds it, since a platform is asked meanwhile.
 */
import { isConnector } from '../catalog/index.js';
import type { House } from '../scope.js';
import { giveBack, holdDue, HoldLost, keepHold, type Hold } from './hold.js';
import { noteSilence } from './note-silence.js';
import { tendHook } from './tend-hook.js';

const everyMs = 2_000;
const atOnce = 10;
const restSeconds = 10;

/** Goes on until `signal` aborts. */
export function keepHooks(house: House, signal: AbortSignal): void {
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    try {
      await followSyncs(house);
      await noteSilence(house.sql);
      const held = await holdDue(house.sql, atOnce);
      await Promise.all(held.map(hold => tend(house, hold, hold.customer_id, signal)));
    } catch (error) {
      house.log.warn('Subscriptions wait.', { error });
    } finally {
      working = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

async function tend(house: House, hold: Hold, customerId: string, signal: AbortSignal): Promise<void> {
  const letGo = keepHold(house.sql, hold);
  try {
    await tendHook(house.ownScope(customerId, signal), hold);
  } catch (error) {
    if (error instanceof HoldLost) return house.log.info('The hook is in other hands now.', { hookId: hold.id });
    house.log.warn('A hook could not be looked after; it is tried again.', { hookId: hold.id, error });
    await giveBack(house.sql, hold, restSeconds);
  } finally {
    letGo();
  }
}

/** A hook for each connection that a real-time sync keeps up with, where the platform tells of calls; and no others. */
async function followSyncs({ sql, connectors }: House): Promise<void> {
  const telling = [...connectors.values()].filter(isConnector).filter(({ webhooks }) => webhooks !== undefined);
  const platforms = telling.map(({ manifest }) => manifest.id);
  const byHub = telling.filter(({ webhooks }) => webhooks?.setUp.by === 'hub').map(({ manifest }) => manifest.id);
  await sql.transaction('all', async tx => {
    await tx.rows(
      `insert into hooks (id, platform, customer_id, connection_id)
       select gen_random_uuid(), c.platform, c.customer_id, c.id from connections c
       where c.platform = any ($1) and not exists (select from hooks where connection_id = c.id) and ${isWanted('c', '$2')}
       on conflict do nothing`,
      [platforms, byHub],
    );
    await tx.rows(
      `update hooks h set ending = not ending, next_at = business_now(), failures = 0 from connections c
       where c.id = h.connection_id and h.ending = ${isWanted('c', '$1')}`,
      [byHub],
    );
  });
}

/** What people have entered elsewhere outlives a pause; a subscription of ours is made anew. */
function isWanted(connection: string, byHub: string): string {
  return `(${connection}.credential_health <> 'disconnected' and exists (
    select from syncs s where s.connection_id = ${connection}.id and s.cadence = 'REAL_TIME'
      and (s.state = 'ACTIVE' or ${connection}.platform <> all (${byHub}))))`;
}
