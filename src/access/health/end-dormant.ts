import { LockMode } from '@mikro-orm/postgresql';
import { writeFact } from '../../outbox/index.js';
import { type House, inTransaction, type Scope } from '../../scope.js';
import { Connection } from '../connection.entity.js';
import { disconnect } from '../disconnect.js';

const everyMs = 3_600_000;
/** Days without use after which it is told, and after which the credential is destroyed. */
const toldAfter = 90;
const destroyedAfter = 120;
const dayMs = 86_400_000;
const batchSize = 100;

/** Looks at once and then every hour for credentials that nobody uses. Goes on until `signal` aborts. */
export function endDormant(house: House, signal: AbortSignal): void {
  const look = (): void => {
    lookForDormant(house, signal).catch((error: unknown) =>
      house.log.debug('Credentials that nobody uses could not be looked for.', { error }),
    );
  };
  look();
  const timer = setInterval(look, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/**
 * A credential that nobody has used for 90 days is told of, once; 30 days later it is destroyed as by a disconnect. What is
 * forgotten is what thieves find. The calls stay, and the account can be connected again at any time.
 */
export async function lookForDormant(house: House, signal: AbortSignal): Promise<void> {
  const scope = house.houseScope(signal);
  let after = '00000000-0000-0000-0000-000000000000';
  while (!signal.aborted) {
    const found = await scope.em.execute<Dormant[]>(`${dormant} and n.id > ? order by n.id limit ?`, [
      ...[...daysOf, after, batchSize],
    ]);
    for (const each of found) await settle(house.ownScope(each.customerId, signal), each.id);
    after = found.at(-1)?.id ?? after;
    if (found.length < batchSize) return;
  }
}

interface Dormant {
  readonly id: string;
  readonly customerId: string;
  readonly lastUse: string | Date;
  readonly isOver: boolean;
}

// Since it was stored, connected or renewed, when it was never used. Told once for each time that it was left alone, and
// destroyed only after everybody had as long to hear of it, though no worker may have run for months.
const dormant = `
select n.id, n.customer_id as "customerId", used.at as "lastUse", told.at is not null as "isOver"
from connections n join credentials c on c.connection_id = n.id,
lateral (select greatest(c.used_at, c.stored_at) as at) used,
lateral (
  select min(f.at) as at from facts f where f.connection_id = n.id and f.kind = 'connection.dormant' and f.at > used.at
) told
where n.credential_health <> 'disconnected' and used.at < clock_timestamp() - ? * interval '1 day'
  and (told.at is null or (told.at < clock_timestamp() - ? * interval '1 day' and used.at < clock_timestamp() - ? * interval '1 day'))`;
const daysOf = [toldAfter, destroyedAfter - toldAfter, destroyedAfter] as const;

async function settle(scope: Scope, id: string): Promise<void> {
  await inTransaction(scope, async inside => {
    const { em } = inside;
    // Whoever renews it locks the connection first too.
    const connection = await em.findOne(Connection, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    const [now] = await em.execute<Dormant[]>(`${dormant} and n.id = ? for update of c`, [...[...daysOf, id]]);
    if (connection === null || now === undefined) return;
    if (now.isOver) {
      const because = `Nobody has used it for ${destroyedAfter} days, so its credential was destroyed.`;
      await disconnect(inside, id, because);
      return;
    }
    const { customerId, platform, accountName: account } = connection;
    const lastUsedAt = new Date(now.lastUse);
    const heardBy = inside.clock.now().getTime() + (destroyedAfter - toldAfter) * dayMs;
    const destroyedAt = new Date(Math.max(lastUsedAt.getTime() + destroyedAfter * dayMs, heardBy)).toISOString();
    await writeFact(inside, {
      ...{ kind: 'connection.dormant', customerId, connectionId: id },
      details: { platform, account, lastUsedAt: lastUsedAt.toISOString(), destroyedAt },
    });
  });
}
