import type { Migration } from '@mikro-orm/migrations';
import pg from 'pg';
import { findServingLogin, type KeysOfHub } from './database.js';
import { migrations } from './migrations/index.js';

export interface DatabaseReport {
  /** Such as 18.4. */
  readonly version: string;
  readonly latencyMs: number;
  /** By how much its clock is ahead of ours. */
  readonly aheadMs: number;
  readonly connections: { readonly used: number; readonly most: number };
  /** Names of the migrations that have not been made; undefined where none ever was. */
  readonly pending: readonly string[] | undefined;
  /** Migrations that were made and that this program does not know. */
  readonly unknown: readonly string[];
  readonly role: {
    readonly name: string;
    readonly exists: boolean;
    /** Superuser, or not bound by row-level security. */
    readonly isMighty: boolean;
    readonly mayBeMade: boolean;
    /** The address that serving code logs in with; undefined when no key gives the right password. */
    readonly url: string | undefined;
  };
}

/** What there is in the database, looked at as its owner. Changes nothing. @throws what the driver says. */
export async function inspectDatabase(ownerUrl: string, keys: KeysOfHub): Promise<DatabaseReport> {
  const owner = new pg.Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    application_name: 'patchbay doctor',
  });
  owner.on('error', () => undefined);
  await owner.connect();
  try {
    await owner.query('set default_transaction_read_only = on');
    return await inspect(owner, ownerUrl, keys);
  } finally {
    await owner.end().catch(() => undefined);
  }
}

async function inspect(owner: pg.Client, ownerUrl: string, keys: KeysOfHub): Promise<DatabaseReport> {
  const [facts] = await rows<Facts>(owner, askFacts);
  const made = await madeMigrations(owner);
  const names = migrations.map(nameOf);
  const { role, url } = await findServingLogin(owner, ownerUrl, keys);
  const [found] = await rows<{ mighty: boolean }>(
    owner,
    'select rolsuper or rolbypassrls as mighty from pg_roles where rolname = $1',
    [role],
  );
  return {
    version: facts?.version.split(' ')[0] ?? '',
    ...(await measure(owner)),
    connections: { used: facts?.used ?? 0, most: facts?.most ?? 0 },
    pending: made && names.filter(name => !made.includes(name)),
    unknown: (made ?? []).filter(name => !names.includes(name)),
    role: {
      name: role,
      exists: found !== undefined,
      isMighty: found?.mighty === true,
      mayBeMade: facts?.may_make_roles === true,
      url: found === undefined || url === undefined || !(await logsIn(url)) ? undefined : url,
    },
  };
}

interface Facts {
  readonly version: string;
  readonly used: number;
  readonly most: number;
  readonly may_make_roles: boolean;
}

const askFacts = `select current_setting('server_version') as version, current_setting('max_connections')::integer as most,
  (select sum(numbackends)::integer from pg_stat_database) as used,
  (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may_make_roles`;

async function madeMigrations(owner: pg.Client): Promise<string[] | undefined> {
  const [table] = await rows<{ there: boolean }>(
    owner,
    "select to_regclass('public.mikro_orm_migrations') is not null as there",
  );
  if (table?.there !== true) return undefined;
  return (await rows<{ name: string }>(owner, 'select name from mikro_orm_migrations order by id')).map(
    ({ name }) => name,
  );
}

function nameOf(migration: new (...args: never[]) => Migration): string {
  const { name } = Reflect.construct(migration, []) as { name?: string };
  return name ?? migration.name;
}

/** The quickest of a few rounds tells the way; a clock is read in the middle of it. */
async function measure(owner: pg.Client): Promise<{ latencyMs: number; aheadMs: number }> {
  let best = { latencyMs: Number.POSITIVE_INFINITY, aheadMs: 0 };
  for (let round = 0; round < 5; round += 1) {
    const [startedAt, from] = [performance.now(), Date.now()];
    const [row] = await rows<{ at: number }>(
      owner,
      'select extract(epoch from clock_timestamp())::double precision * 1000 as at',
    );
    const latencyMs = performance.now() - startedAt;
    if (latencyMs < best.latencyMs) best = { latencyMs, aheadMs: (row?.at ?? 0) - (from + latencyMs / 2) };
  }
  return best;
}

async function logsIn(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function rows<R extends pg.QueryResultRow>(
  client: pg.Client,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  return (await client.query<R>(text, [...values])).rows;
}
