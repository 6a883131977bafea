import { type Configuration, type EntityClass, MikroORM, type PostgreSqlDriver } from '@mikro-orm/postgresql';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool, PoolClient } from 'pg';
import type { Reach } from '../core/ports.js';
import { traceparent, traceVariable } from '../core/traces.js';
import { OneTripDriver } from './one-trip.js';
import { quickEntityManager } from './quick-look.js';
import { type PoolUse, useOf } from './pool-use.js';
import { wakefulSocket } from './wakeful-socket.js';

/** The entity manager's factory. Every manager that leaves it is bound to a reach. */
export interface Orm {
  em(reach: Reach): EntityManager;
  use(): PoolUse;
  close(): Promise<void>;
}

export interface OrmOptions {
  readonly url: string;
  readonly entities: readonly EntityClass<object>[];
  /** Off only in the test which proves that row-level security alone holds. */
  readonly customerFilter?: boolean;
}

// Told apart by the compiler only.
const driver: new (config: Configuration) => PostgreSqlDriver = OneTripDriver;

export async function openOrm({ url, entities, customerFilter = true }: OrmOptions): Promise<Orm> {
  // Made when the first query comes.
  let pool: Pool | undefined;
  const own = (made: Pool): void => {
    pool = made;
    giveBackDeadClients(made);
  };
  const orm = await MikroORM.init({
    clientUrl: url,
    driver,
    entityManager: quickEntityManager((em, entity) =>
      customerFilter ? ownRows(em.getFilterParams('customer'), entity) : {},
    ),
    entities: [...entities],
    metadataProvider: ReflectMetadataProvider,
    discovery: { warnWhenNoEntities: false },
    filters: customerFilter
      ? {
          customer: {
            cond: (args, _type, _em, _options, entity = '') => ownRows(args as OwnArgs, entity),
            default: true,
          },
        }
      : {},
    pool: { min: 0, max: 10 },
    driverOptions: {
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 10_000,
      stream: () => wakefulSocket(35_000),
      onPoolCreated: own,
    },
    forceUtcTimezone: true,
    logger: () => undefined,
  });
  return {
    em: reach => {
      const em = orm.em.fork({ session: { variables: sessionVariables(reach) } });
      if (customerFilter) em.setFilterParams('customer', { reach });
      return em;
    },
    use: () => (pool === undefined ? { busy: 0, idle: 0, waiting: 0 } : useOf(pool)),
    close: () => orm.close(true),
  };
}

/**
 * The query builder never gives back a connection that died inside a transaction: its rollback fails
 * too. After ten of them the pool would be empty for ever, so whoever dies away from home is taken back here.
 */
function giveBackDeadClients(pool: Pool): void {
  const away = new WeakSet<PoolClient>();
  pool.on('acquire', client => away.add(client));
  pool.on('release', (_error, client) => away.delete(client));
  pool.on('connect', client =>
    client.once('end', () => {
      if (!away.has(client)) return;
      const { release } = client;
      // A late rollback may still want to give it back, which would throw.
      client.release = () => undefined;
      release(true);
    }),
  );
}

/** What row-level security reads; see the first migration. */
export function sessionVariables(reach: Reach): Record<string, string> {
  return {
    'patchbay.reach': reach === 'all' ? 'all' : 'own',
    'patchbay.customer_id': typeof reach === 'object' ? reach.customerId : '',
  };
}

/** As that, with the span in which the transaction begins. */
export function transactionVariables(reach: Reach): Record<string, string> {
  const parent = traceparent();
  return parent === undefined ? sessionVariables(reach) : { ...sessionVariables(reach), [traceVariable]: parent };
}

const nobody = '00000000-0000-0000-0000-000000000000';

interface OwnArgs {
  readonly reach: Reach;
}

function ownRows(args: OwnArgs, entity: string): Readonly<Record<string, string>> {
  if (args.reach === 'all') return {};
  const customerId = typeof args.reach === 'object' ? args.reach.customerId : nobody;
  if (entity === 'Customer') return { id: customerId };
  // The house's own people belong to no customer.
  return entity === 'Staff' ? { id: nobody } : { customerId };
}
