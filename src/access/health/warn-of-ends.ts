import { LockMode } from '@mikro-orm/postgresql';
import { writeFact } from '../../outbox/index.js';
import { type House, inTransaction, type Scope } from '../../scope.js';
import { Connection, CredentialHealth } from '../connection.entity.js';
import { tellOfConnections } from '../watch-connections.js';

const everyMs = 60_000;
/** Days before the end on which it is told. */
const steps = [14, 7, 3, 1] as const;
const dayMs = 86_400_000;
const batchSize = 100;

/** Looks at once and then every minute for credentials whose end is near. Goes on until `signal` aborts. */
export function warnOfEnds(house: House, signal: AbortSignal): void {
  const look = (): void => {
    lookForEnds(house, signal).catch((error: unknown) =>
      house.log.debug('Ends of credentials could not be looked for.', { error }),
    );
  };
  look();
  const timer = setInterval(look, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/**
 * Tells of every credential that ends soon and that nothing prolongs by itself, once for each step; and takes the word back
 * when the end has moved away.
 */
export async function lookForEnds(house: House, signal: AbortSignal): Promise<void> {
  const scope = house.houseScope(signal);
  const lasting = [...house.connectors.values()].flatMap(connector =>
    'auth' in connector && connector.auth.some(way => way.kind === 'oauth2' && prolongs(way))
      ? [connector.manifest.id]
      : [],
  );
  for (;;) {
    const found = await scope.em.execute<Pending[]>(`${pending} limit ?`, [
      `{${steps.join()}}`,
      `{${lasting.join()}}`,
      batchSize,
    ]);
    for (const { id } of found) await tellOfEnd(scope, id, lasting);
    for (const customerId of new Set(found.map(row => row.customer_id))) tellOfConnections(house, customerId);
    if (found.length < batchSize || signal.aborted) return;
  }
}

/** Whether a refresh moves the end away. Elsewhere the end stands from the day on which somebody allowed it. */
function prolongs({
  rotation,
  lifetimes,
}: {
  readonly rotation: string;
  readonly lifetimes: { readonly idleSeconds?: number };
}): boolean {
  return rotation !== 'none' || lifetimes.idleSeconds !== undefined;
}

// Those that are refreshed in time, where that helps, are looked after. `step` is the nearest one that has come.
const pending = `
select * from (
  select n.id, n.customer_id, n.credential_health as health, c.refresh_expires_at as ends, near.step,
    exists (select from facts f where f.connection_id = n.id and f.kind = 'connection.expiring'
      and (f.details ->> 'endsAt')::timestamptz = date_trunc('milliseconds', c.refresh_expires_at)
      and (f.details ->> 'days')::integer <= near.step) as told
  from connections n join credentials c on c.connection_id = n.id,
  lateral (
    select min(days) as step from unnest(?::integer[]) days
    where c.refresh_expires_at <= clock_timestamp() + days * interval '1 day'
      and not (n.platform = any (?::text[]) and c.failures = 0 and coalesce(c.due_at < c.refresh_expires_at, false))
  ) near
  where n.credential_health in ('valid', 'expiring')
) s
where case when step is null then health = 'expiring' else health = 'valid' or not told end`;

interface Pending {
  readonly id: string;
  readonly customer_id: string;
  readonly ends: Date | string;
  readonly step: number | null;
  readonly told: boolean;
}

async function tellOfEnd(scope: Scope, id: string, lasting: readonly string[]): Promise<void> {
  await inTransaction(scope, async inside => {
    const { em } = inside;
    // Whoever renews or breaks it locks the connection first too.
    const connection = await em.findOne(Connection, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    const [now] = await em.execute<Pending[]>(`${pending} and s.id = ?`, [
      ...[`{${steps.join()}}`, `{${lasting.join()}}`, id],
    ]);
    if (connection === null || now === undefined) return;
    const updatedAt = scope.clock.now();
    const isNear = now.step !== null;
    em.assign(connection, {
      credentialHealth: isNear ? CredentialHealth.EXPIRING : CredentialHealth.VALID,
      updatedAt,
    });
    await em.flush();
    const { customerId, platform, accountName: account } = connection;
    if (!isNear)
      return writeFact(inside, {
        ...{ kind: 'connection.prolonged', customerId, connectionId: id },
        details: { platform, account },
      });
    if (now.told) return;
    const ends = new Date(now.ends);
    const days = Math.max(0, Math.ceil((ends.getTime() - updatedAt.getTime()) / dayMs));
    await writeFact(inside, {
      ...{ kind: 'connection.expiring', customerId, connectionId: id },
      details: { platform, account, endsAt: ends.toISOString(), days: now.step, daysLeft: days },
    });
  });
}
