import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import pg from 'pg';
import { StartupProblem } from '../../src/core/startup-problem.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { keysOf, namedKey } from '../kit/keys.js';

let database: FreshDatabase;
const opened: FreshDatabase[] = [];
const [oldKey, newKey] = [namedKey('old'), namedKey('new')];

async function empty(): Promise<FreshDatabase> {
  const fresh = await freshDatabase();
  opened.push(fresh);
  return fresh;
}
afterAll(() => Promise.all(opened.map(fresh => fresh.drop())));

/** One statement by whoever the address names. */
async function as(url: string, statement: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('preparing a database', () => {
  beforeEach(async () => {
    database = await empty();
  });

  test('by several processes at once makes it ready once, for all of them', async () => {
    const all = await Promise.all(Array.from({ length: 3 }, () => prepareDatabase(database.url, keysOf(oldKey))));
    expect(new Set(all.map(({ url }) => url)).size).toBe(1);
    expect(new Set(all.map(({ root }) => Buffer.from(root.reveal()).toString('hex'))).size).toBe(1);
    expect(await as(all[0]?.url ?? '', 'select count(*)::int as n from customers')).toEqual([{ n: 0 }]);
    const done = await database.query<{ name: string }>('select name from mikro_orm_migrations');
    expect(done.map(({ name }) => name)).toEqual([...new Set(done.map(({ name }) => name))]);
  });

  test('again changes neither the login nor what is stored', async () => {
    const { url: first } = await prepareDatabase(database.url, keysOf(oldKey));
    await database.query(`insert into customers (id, name) values (gen_random_uuid(), 'Acme')`);
    expect((await prepareDatabase(database.url, keysOf(oldKey))).url).toBe(first);
    expect(await database.query('select name from customers')).toEqual([{ name: 'Acme' }]);
  });

  test('with a key added keeps the login, so that processes with and without it work side by side', async () => {
    const { url: before } = await prepareDatabase(database.url, keysOf(oldKey));
    expect((await prepareDatabase(database.url, keysOf(newKey, oldKey))).url).toBe(before);
    expect(await as(before, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('without the key that wraps the root key is refused by name, and changes no login', async () => {
    const { url: before } = await prepareDatabase(database.url, keysOf(oldKey));
    const error: unknown = await prepareDatabase(database.url, keysOf(newKey)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartupProblem);
    expect((error as Error).message).toMatch(
      /^A root key is wrapped by "old", which PATCHBAY_ENCRYPTION_KEYS does not/,
    );
    expect(await as(before, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('that an older version has worked with keeps its login and its digests', async () => {
    const role = `${new URL(database.url).pathname.slice(1)}_app`;
    const bytes = Buffer.from(oldKey.key.reveal());
    const password = createHmac('sha256', bytes).update(`serving role ${role}`).digest('hex');
    await prepareDatabase(database.url, keysOf(oldKey));
    await database.query('delete from root_key');
    await database.query("insert into audit_heads (chain, number, digest) values ('house', 0, '')");

    const { url, root } = await prepareDatabase(database.url, keysOf(newKey, oldKey));

    expect([new URL(url).password, Buffer.from(root.reveal())]).toEqual([password, bytes]);
    expect(await database.query('select wrapped_by from root_key')).toEqual([{ wrapped_by: 'new' }]);
  });
});

describe('the role that the hub serves with', () => {
  let serving: string;
  beforeAll(async () => {
    database = await empty();
    serving = (await prepareDatabase(database.url, keysOf(oldKey))).url;
  });

  test('owns nothing and has no power of its own', async () => {
    const name = new URL(serving).username;
    expect(
      await database.query(
        'select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication from pg_roles where rolname = $1',
        [name],
      ),
    ).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false },
    ]);
    const owned = await database.query(
      `select relname from pg_class where relowner = $1::regrole union all
       select proname from pg_proc where proowner = $1::regrole union all
       select nspname from pg_namespace where nspowner = $1::regrole union all
       select datname from pg_database where datdba = $1::regrole`,
      [name],
    );
    expect(owned).toEqual([]);
  });

  test.each([
    'create table mine (id int)',
    'drop table calls',
    'alter table calls disable row level security',
    'drop policy own_customer on calls',
    'truncate calls',
    'create role friend',
    'select * from mikro_orm_migrations',
    `update audit_entries set actor = 'nobody'`,
    'delete from audit_entries',
    'delete from audit_heads',
    'create schema mine',
  ])('may not: %s', async statement => {
    await expect(as(serving, statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('sees no row of any customer unless it says whose', async () => {
    await database.query(`insert into customers (id, name) values (gen_random_uuid(), 'Acme')`);
    expect(await as(serving, 'select * from customers')).toEqual([]);
  });
});

describe('a database that cannot be used is told in one sentence without the password', () => {
  async function problem(change: (url: URL) => void): Promise<Error> {
    const url = new URL((await empty()).url);
    change(url);
    const error: unknown = await prepareDatabase(url.href, keysOf(oldKey)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartupProblem);
    return error as StartupProblem;
  }

  test('wrong password', async () => {
    const { message } = await problem(url => (url.password = 'canary-password'));
    expect(message).toMatch(
      /^The database at 127\.0\.0\.1:\d+ cannot be reached or refuses the login .*DATABASE_URL\.$/,
    );
    expect(message).not.toContain('canary');
  });

  test('no such database', async () => {
    expect((await problem(url => (url.pathname = '/no_such_database'))).message).toContain('DATABASE_URL');
  });

  test('nobody there', async () => {
    expect((await problem(url => (url.port = '1'))).message).toContain('ECONNREFUSED');
  });

  test('a role that may not make the serving role', async () => {
    const fresh = await empty();
    const name = `poor_${randomBytes(4).toString('hex')}`;
    const poor = Object.assign(new URL(fresh.url), { username: name, password: 'poor' });
    await fresh.query(`create role ${name} login password 'poor'`);
    await fresh.query(`grant all on database ${new URL(fresh.url).pathname.slice(1)} to ${name}`);
    await fresh.query(`grant all on schema public to ${name}`);
    try {
      const error: unknown = await prepareDatabase(poor.href, keysOf(oldKey)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StartupProblem);
      expect((error as Error).message).toMatch(/CREATEROLE\.$/);
      expect((error as Error).message).not.toContain('password');
    } finally {
      await fresh.query(`drop owned by ${name} cascade`);
      await fresh.query(`drop role ${name}`);
    }
  });
});
