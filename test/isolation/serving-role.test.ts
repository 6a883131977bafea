import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareDatabase } from '../../src/infra/database.js';
import { sessionVariables } from '../../src/infra/orm.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { keysOf, usualKey } from '../kit/keys.js';
import { connectedCustomer, watchToEnd } from '../kit/trip.js';
import { addAlerts } from './add-alerts.js';
import { addSignIn } from './add-sign-in.js';
import { ownedTables } from './foreign-bytes.js';

/** Tables without row-level security, each with the reason. */
const shared: Readonly<Record<string, string>> = {
  quota_ledger: 'limits belong to the remote account, whoever uses it; nobody can ask for it',
  quota_buckets: 'as quota_ledger',
  quota_holds: 'as quota_ledger',
  quota_told: 'as quota_ledger',
  mikro_orm_migrations: 'not granted to the serving role at all',
  root_key: "the house's own; the serving role may only ask what wraps it",
  retired_keys: 'names of keys, which every process must heed',
  platform_stops: 'which platforms are not to be used, which everybody must heed',
  public_address: 'where people reach the hub, for every process that makes links',
  key_renewals: 'when all data keys were renewed',
  change_feed: 'the newest number of the feed, which whoever numbers goes on from; nobody can ask for it',
};

let hub: TestHub;
let sandbox: GongSandbox;
let role: pg.Client;
let [mine, theirs] = ['', ''];
let tables: { name: string; owner: string }[];
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 4, broken: [1] });
  hub = await testHub(sandbox.env, { watch: false });
  [mine, theirs] = [await customerWithCalls(), await customerWithCalls()];
  tables = await ownedTables(hub.database);
  // The same keys lead every process to the same login.
  const { url: connectionString } = await prepareDatabase(hub.database.url, keysOf(usualKey));
  role = new pg.Client({ connectionString });
  await role.connect();
});
afterAll(async () => {
  await role?.end();
  await hub?.close();
  await sandbox?.close();
});

/** Something in every table that belongs to customers; a new table needs a row here. */
async function customerWithCalls(): Promise<string> {
  const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
  const makeKey = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
  const { createApiKey } = await hub.ask(makeKey, { input: { label: 'a key', role: 'CUSTOMER', customerId } });
  const start = `mutation ($input: StartImportInput!) { startImport(input: $input, idempotencyKey: "once") { id } }`;
  const input = { connectionId, ...sandbox.window };
  const { startImport } = await hub.ask(start, { input }, createApiKey.secret);
  await watchToEnd(hub, startImport.id);
  const sync = { connectionId, schedule: { cadence: 'REAL_TIME' } };
  await hub.ask('mutation ($input: CreateSyncInput!) { createSync(input: $input) { id } }', { input: sync });
  await hub.ask('mutation ($input: CreateContactInput!) { createContact(input: $input) { id } }', {
    input: { customerId, name: 'Ada', email: 'ada@acme.example', role: 'administrator' },
  });
  await hub.database.query(
    `insert into mails (id, customer_id, recipient_name, recipient_address, subject, sealed, status, created_at, useful_until)
     values (gen_random_uuid(), $1, 'Ada', 'ada@acme.example', 'Hello', '', 'DEAD', now(), now())`,
    [customerId],
  );
  await hub.database.query(
    `with link as (
       insert into links (id, customer_id, purpose, platform, contact_id, hash, made_by, created_at, expires_at)
       select gen_random_uuid(), $1, 'connect', 'gong', id, sha256(id::text::bytea), 'CS', now(), now()
       from contacts where customer_id = $1 limit 1 returning id
     ) insert into link_visits (id, link_id, customer_id, hash, created_at, seen_at)
       select gen_random_uuid(), id, $1, sha256(id::text::bytea), now(), now() from link`,
    [customerId],
  );
  await hub.database.query(
    `with stop as (
       insert into platform_stops (id, platform, reason, stopped_by, stopped_at, lifted_at)
       values (gen_random_uuid(), 'kixie', 'a drill', 'an admin', now(), now()) returning id
     ) insert into platform_stop_work (stop_id, connection_id, customer_id, outcome) select id, $2, $1, 'revoked' from stop`,
    [customerId, connectionId],
  );
  await hub.database.query(
    `insert into account_moves (id, customer_id, connection_id, contact_id, reason, state, requested_by, requested_by_staff,
       requested_at)
     select gen_random_uuid(), $1, $2, id, 'a merger', 'waiting', 'CS', gen_random_uuid(), now()
     from contacts where customer_id = $1 limit 1`,
    [customerId, connectionId],
  );
  await hub.database.query(
    `with gap as (
       insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
       select gen_random_uuid(), $1, s.id, c.id, c.external_id, c.started_at, 'FETCHED', now() from syncs s join calls c using (customer_id)
       where s.customer_id = $1 limit 1
     ) insert into run_listed (run_id, customer_id, external_ids) select id, $1, '{a}' from runs where customer_id = $1 limit 1`,
    [customerId],
  );
  await hub.database.query(
    `with endpoint as (
       insert into endpoints (id, customer_id, url, state, sealed, created_by, created_at, updated_at)
       values (gen_random_uuid(), $1, 'https://acme.example', 'DISABLED', '', 'Ada', now(), now()) returning id
     ), delivery as (
       insert into deliveries (customer_id, endpoint_id, change_id, number)
       select $1, e.id, c.id, 1 from endpoint e, changes c where c.customer_id = $1 limit 1 returning id
     ) insert into delivery_attempts (customer_id, delivery_id, at, duration_ms) select $1, id, now(), 1 from delivery`,
    [customerId],
  );
  await hub.database.query(
    `insert into hooks (id, platform, customer_id, connection_id) values (gen_random_uuid(), 'gong', $1, $2) on conflict do nothing`,
    [customerId, connectionId],
  );
  await hub.database.query(
    `insert into inbound_events (id, customer_id, connection_id, event_id, windows, is_recent, external_ids, subscription_ends, settled_at)
     values (gen_random_uuid(), $1, $2, 'an event', '[]', false, '{}', false, now())`,
    [customerId, connectionId],
  );
  await hub.database.query(
    `insert into new_words (connection_id, customer_id, platform, field, word, calls, first_seen_at, last_seen_at)
     values ($2, $1, 'gong', 'metaData.direction', 'Callback', 1, now(), now())`,
    [customerId, connectionId],
  );
  await addSignIn(hub.database, { customerId, connectionId, mark: 'a' });
  await addAlerts(hub.database, { customerId, connectionId, mark: 'a' });
  return customerId;
}

/** In a transaction with the reach of customer `mine`, which is rolled back. The error's code, or the number of rows. */
async function asMine(text: string, values: readonly unknown[] = []): Promise<string | number | null> {
  await role.query('begin');
  try {
    for (const [name, value] of Object.entries(sessionVariables({ customerId: mine })))
      await role.query('select set_config($1, $2, true)', [name, value]);
    return (await role.query(text, [...values])).rowCount;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await role.query('rollback');
  }
}

const refusal = async (text: string): Promise<unknown> =>
  role.query(text).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

test('every table is a customer\u2019s and guarded by forced row-level security, or is shared for a reason', async () => {
  const found = await hub.database.query<{ name: string; guarded: boolean }>(
    `select relname as name, relrowsecurity and relforcerowsecurity
       and exists (select from pg_policy where polrelid = c.oid) as guarded
     from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  );

  expect(
    found
      .filter(({ guarded }) => !guarded)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(shared).sort());
  expect(tables.length).toBeGreaterThan(12);
});

test('a session that says nothing about itself sees no row of any customer, and none of the staff', async () => {
  const seen: string[] = [];
  for (const { name } of [...tables, { name: 'staff' }]) {
    const { rows } = await role.query(`select 1 from ${name} limit 1`);
    if (rows.length > 0) seen.push(name);
    const [held] = await hub.database.query<{ n: number }>(`select count(*)::int as n from ${name}`);
    if (name !== 'staff') expect(held?.n, name).toBeGreaterThan(1);
  }

  expect(seen).toEqual([]);
});

test('what is not guarded holds no customer\u2019s name or id', async () => {
  for (const name of Object.keys(shared)) {
    const rows = await hub.database.query<{ row: string }>(`select t::text as row from ${name} t`);
    for (const id of [mine, theirs]) expect(JSON.stringify(rows)).not.toContain(id);
  }
});

test('a customer\u2019s session reads, changes and deletes nothing of another in any table', async () => {
  for (const { name, owner } of tables) {
    expect(await asMine(`select from ${name} where ${owner} = $1`, [mine]), name).toBeGreaterThan(0);
    expect(await asMine(`select from ${name} where ${owner} is distinct from $1`, [mine]), name).toBe(0);
    for (const act of [`update ${name} set ${owner} = ${owner}`, `delete from ${name}`])
      expect(await asMine(`${act} where ${owner} is distinct from $1`, [mine]), act).toBeOneOf([0, '42501']);
  }
});

test('a customer\u2019s session writes nothing into another\u2019s name in any table', async () => {
  for (const { name, owner } of tables) {
    const [row] = await hub.database.query<{ row: object }>(
      `select to_jsonb(t) as row from ${name} t where ${owner} = $1 limit 1`,
      [theirs],
    );
    const insert = `insert into ${name} select * from jsonb_populate_record(null::${name}, $1)`;
    expect(await asMine(insert, [row?.row]), `insert into ${name}`).toBe('42501');
    expect(await asMine(`update ${name} set ${owner} = $1`, [theirs]), `give away ${name}`).toBe('42501');
  }
});

test('the role that serves owns nothing, belongs to nobody and cannot step around row-level security', async () => {
  const [facts] = await hub.database.query(
    `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
       (select count(*)::int from pg_auth_members where member = r.oid or roleid = r.oid) as memberships,
       (select count(*)::int from pg_shdepend d left join pg_class c on c.oid = d.objid and d.classid = 'pg_class'::regclass
        where refobjid = r.oid and deptype = 'o' and c.relpersistence is distinct from 't') as owned
     from pg_roles r where rolname = $1`,
    [role.user],
  );

  expect(facts).toEqual({
    ...{ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false },
    ...{ memberships: 0, owned: 0 },
  });
});

describe('the role that serves may not', () => {
  test.each([
    ['become the owner', 'set role <owner>'],
    ['log in as the owner', 'set session authorization <owner>'],
    ['give itself the right to bypass', 'alter role current_user bypassrls'],
    ['take the guard off', 'alter table calls disable row level security'],
    ['take the force off', 'alter table calls no force row level security'],
    ['drop a policy', 'drop policy own_customer on calls'],
    ['add a policy', 'create policy open on calls using (true)'],
    [
      'replace what the policies ask',
      `create or replace function reaches_all() returns boolean language sql return true`,
    ],
    ['make tables', 'create table public.mine (id int)'],
    ['make functions', 'create function public.mine() returns int language sql return 1'],
    ['edit the audit trail', `update audit_entries set actor = 'nobody'`],
    ['cut the audit trail', 'delete from audit_entries'],
    ['empty the audit trail', 'truncate audit_entries'],
    ['forget the end of a trail', 'delete from audit_heads'],
    ['empty a table past its policies', 'truncate calls cascade'],
    ['read other logins', 'select rolpassword from pg_authid'],
    ['read files of the server', `select pg_read_file('PG_VERSION')`],
    ['run programs', `copy (select 1) to program 'true'`],
    ['read the list of migrations', 'select * from mikro_orm_migrations'],
    ['read the root key', 'select wrapped from root_key'],
    ['change the root key', "update root_key set wrapped_by = 'other'"],
    ['take back the end of a wrapping key', 'delete from retired_keys'],
    ['read tables with the guard switched off', 'set row_security = off; select * from calls'],
  ])('%s', async (_what, text) => {
    expect(await refusal(text.replace('<owner>', new URL(hub.database.url).username))).toBe('42501');
    await role.query('set row_security = on');
  });
});
