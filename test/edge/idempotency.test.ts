import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonical } from '../../src/customers/once/canonical.js';
import { forgetRecords, onlyOnce } from '../../src/customers/index.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, watchToEnd } from '../kit/trip.js';

let hub: TestHub;
let sandbox: GongSandbox;
let [customerId, connectionId] = ['', ''];
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 10 });
  hub = await testHub(sandbox.env);
  ({ customerId, connectionId } = await connectedCustomer(hub, sandbox));
});
afterAll(async () => {
  await hub?.close();
  await sandbox?.close();
});

const start =
  'mutation ($input: StartImportInput!, $key: String) { startImport(input: $input, idempotencyKey: $key) { id } }';
const create =
  'mutation ($name: String!, $key: String) { createCustomer(input: { name: $name }, idempotencyKey: $key) { id name } }';
const makeKey =
  'mutation ($input: CreateApiKeyInput!, $key: String) { createApiKey(input: $input, idempotencyKey: $key) { apiKey { id } secret } }';
const enter =
  'mutation ($input: CreateStaffInput!, $key: String) { createStaff(input: $input, idempotencyKey: $key) { id name } }';
const connect = `mutation ($input: ConnectWithSecretInput!, $key: String) { connectWithSecret(input: $input, idempotencyKey: $key) { id } }`;

const window = () => ({ connectionId, from: sandbox.window.from, to: sandbox.window.to });
const count = async (text: string): Promise<number> =>
  (await hub.database.query<{ n: number }>(`select count(*)::int as n from ${text}`))[0]?.n ?? -1;
const staffInput = { name: 'Ada', email: 'ada@example.com', role: 'ADMIN' };

test('a hundred equal requests at once start one import, and all are told of it', async () => {
  const before = await count('imports');

  const answers = await Promise.all(
    Array.from({ length: 100 }, () => hub.graphql(start, { input: window(), key: 'a hundred' })),
  );
  const ids = new Set(answers.map(({ data }) => data?.startImport.id));

  expect(answers.flatMap(({ errors = [] }) => errors)).toEqual([]);
  expect(ids.size).toBe(1);
  expect([(await count('imports')) - before, await count("audit_entries where act = 'import.started'")]).toEqual([
    1, 1,
  ]);
  const seen = await watchToEnd(hub, [...ids][0] as string);
  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 10 });
});

test('without a key every request is done', async () => {
  const [one, two] = [await hub.ask(create, { name: 'Twice' }), await hub.ask(create, { name: 'Twice' })];

  expect(one.createCustomer.id).not.toBe(two.createCustomer.id);
});

test('a request that is sent again gets what was made, in its present state, and nothing is made or noted again', async () => {
  const input = {
    customerId,
    platform: 'gong',
    secret: Object.entries(sandbox.secret).map(([name, value]) => ({ name, value })),
  };
  const [customer, staff, connection] = [
    await hub.ask(create, { name: 'Again', key: 'again' }),
    await hub.ask(enter, { input: staffInput, key: 'staff again' }),
    await hub.ask(connect, { input, key: 'connect again' }),
  ];
  await hub.database.query("update customers set name = 'Renamed' where id = $1", [customer.createCustomer.id]);
  const [entries, asked, epoch] = [
    await count('audit_entries'),
    sandbox.judge().requests,
    await count('credentials where epoch = 2'),
  ];

  expect((await hub.ask(create, { name: 'Again', key: 'again' })).createCustomer).toEqual({
    id: customer.createCustomer.id,
    name: 'Renamed',
  });
  expect(await hub.ask(enter, { input: staffInput, key: 'staff again' })).toEqual(staff);
  expect(await hub.ask(connect, { input, key: 'connect again' })).toEqual(connection);
  expect([await count('audit_entries'), sandbox.judge().requests, await count('credentials where epoch = 2')]).toEqual([
    entries,
    asked,
    epoch,
  ]);
});

test('values are compared as they are meant, not as they are written', async () => {
  const { from, to } = sandbox.window;
  const first = await hub.ask(start, { input: { connectionId, from, to }, key: 'written' });
  const again = await hub.ask(start, {
    input: { withTranscripts: true, to: to.replace('Z', '.000Z'), from, connectionId },
    key: 'written',
  });

  expect(again).toEqual(first);
});

test('the same key for anything else is refused', async () => {
  await hub.ask(create, { name: 'First', key: 'mismatch' });

  for (const wrong of [
    await hub.refused(create, { name: 'Second', key: 'mismatch' }),
    await hub.refused(enter, { input: { ...staffInput, email: 'other@example.com' }, key: 'mismatch' }),
    await hub.refused(connect, { input: { customerId, platform: 'gong', secret: [] }, key: 'mismatch' }),
  ]) {
    expect(wrong.extensions).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
      field: 'idempotencyKey',
      remedy: expect.any(String),
    });
  }
  expect(await count("customers where name = 'Second'")).toBe(0);
});

test('a secret is shown once: the same request again is told which key was made, not its secret', async () => {
  const input = { label: 'once', role: 'CS' };
  const { createApiKey } = await hub.ask(makeKey, { input, key: 'secret' });

  const again = await hub.refused(makeKey, { input, key: 'secret' });

  expect(again.extensions).toMatchObject({ code: 'CONFLICT', remedy: expect.stringContaining('revoke') });
  expect(again.message).toContain(createApiKey.apiKey.id);
  expect(JSON.stringify(again)).not.toContain(createApiKey.secret);
  expect(await count("api_keys where label = 'once'")).toBe(1);
});

test('what was refused can be sent again under the same key', async () => {
  const input = {
    customerId,
    platform: 'gong',
    secret: [
      { name: 'key', value: 'wrong' },
      { name: 'secret', value: 'wrong' },
    ],
  };
  const wrong = await hub.refused(start, { input: { ...window(), from: window().to }, key: 'mended' });
  const unknown = await hub.refused(connect, { input, key: 'mended' });

  expect([wrong.extensions.code, unknown.extensions.code]).toEqual(['INVALID_WINDOW', 'CREDENTIAL_REJECTED']);
  expect((await hub.graphql(start, { input: window(), key: 'mended' })).errors).toBeUndefined();
});

test.each(['', ' ', 'x'.repeat(201), 'two\nlines'])('a key like %o is refused', async key => {
  expect((await hub.refused(create, { name: 'Odd', key })).extensions).toMatchObject({
    code: 'INVALID_INPUT',
    field: 'idempotencyKey',
  });
});

test('customers do not meet in their keys, and all keys of one customer are one', async () => {
  const other = await connectedCustomer(hub, sandbox);
  const keyOf = async (id: string): Promise<string> =>
    (await hub.ask(makeKey, { input: { label: 'c', role: 'CUSTOMER', customerId: id } })).createApiKey.secret;
  const [mine, alsoMine, theirs] = [await keyOf(customerId), await keyOf(customerId), await keyOf(other.customerId)];
  const variables = { input: window(), key: 'shared name' };

  const first = await hub.ask(start, variables, mine);

  expect(await hub.ask(start, variables, alsoMine)).toEqual(first);
  expect((await hub.refused(start, variables, theirs)).extensions.code).toBe('NOT_FOUND');
  const own = await hub.ask(start, { ...variables, input: { ...window(), connectionId: other.connectionId } }, theirs);
  expect(own.startImport.id).not.toBe(first.startImport.id);
});

/** As the first process does it, up to the moment before its commit. */
async function halfDone(key: string): Promise<pg.Client> {
  const [record] = await hub.database.query<{ owner: string }>('select owner from idempotency_records limit 1');
  const client = new pg.Client({ connectionString: hub.database.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query(
    "insert into idempotency_records (owner, key, fingerprint, created_at) values ($1, $2, '', now())",
    [record?.owner, key],
  );
  return client;
}

test('while the first request is being worked on, a second one is asked to come back', async () => {
  const first = await halfDone('in progress');

  const second = await hub.refused(create, { name: 'Patient', key: 'in progress' });

  expect(second.extensions).toMatchObject({ code: 'IN_PROGRESS', remedy: expect.stringContaining('same key') });
  await first.query('rollback');
  await first.end();
});

test('a process that is killed before its commit leaves nothing behind that would be in the way', async () => {
  const first = await halfDone('killed');
  const second = hub.ask(create, { name: 'Survivor', key: 'killed' });

  // What a kill does: the line is cut, nothing is said.
  (first as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();

  expect((await second).createCustomer.name).toBe('Survivor');
  expect(await hub.ask(create, { name: 'Survivor', key: 'killed' })).toEqual(await second);
});

test('an import that was started by a process killed right after its commit is answered by the next, and runs', async () => {
  const lost = await hub.ask(start, { input: window(), key: 'lost answer' });
  const again = await hub.ask(start, { input: window(), key: 'lost answer' });

  expect(again).toEqual(lost);
  expect((await watchToEnd(hub, again.startImport.id)).at(-1)).toMatchObject({ status: 'COMPLETED' });
});

describe('the record', () => {
  let small: SmallHub;
  let now = new Date();
  beforeAll(async () => {
    small = await openSmallHub({ clock: { now: () => now } });
  });
  afterAll(() => small.close());
  const once = (key: string) => ({ key, request: { mutation: 'test', input: {} } });

  test('is written with what it stands for, or not at all', async () => {
    const failing = onlyOnce(small.scope(), once('fails'), () => Promise.reject(new Error('no')));

    await expect(failing).rejects.toThrow('no');
    expect(await small.database.query("select 1 from idempotency_records where key = 'fails'")).toEqual([]);
  });

  test('is given up by the database soon when its process falls silent, and waits for nobody else', async () => {
    const seen = await onlyOnce(small.scope(), once('silent'), async ({ em }) => {
      const [settings] = await em.execute<{ idle: string; lock: string }[]>(
        "select current_setting('idle_in_transaction_session_timeout') as idle, current_setting('lock_timeout') as lock",
      );
      return { id: '00000000-0000-4000-8000-000000000001', settings };
    });

    expect((seen as { done?: { settings: unknown } }).done?.settings).toEqual({ idle: '15s', lock: '0' });
  });

  test('is forgotten after 24 hours', async () => {
    const [a, b] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
    const make = (id: string) => onlyOnce(small.scope(), once('a day'), () => Promise.resolve({ id }));
    expect(await make(a)).toEqual({ done: { id: a } });
    expect(await make(b)).toEqual({ before: a });

    now = new Date(now.getTime() + 24 * 3_600_000);
    expect(await make(b)).toEqual({ done: { id: b } });

    now = new Date(now.getTime() + 25 * 3_600_000);
    await forgetRecords(small.scope().em, now);
    expect(await small.database.query('select key from idempotency_records')).toEqual([]);
  });

  test('holds no input, only a keyed digest of it', async () => {
    await hub.ask(create, { name: 'canary-name', key: 'digest' });

    const rows = await hub.database.query('select * from idempotency_records');
    expect(JSON.stringify(rows)).not.toContain('canary-name');
  });
});

test('equal values have one text, different ones do not', () => {
  expect(canonical({ b: 1, a: undefined, c: null })).toBe(canonical({ b: 1 }));
  expect(canonical({ a: new Date(0), b: [1, 2] })).toBe(canonical({ b: [1, 2], a: '1970-01-01T00:00:00.000Z' }));
  expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }));
  expect(canonical({ a: 1, b: 2 })).not.toBe(canonical({ a: 2, b: 1 }));
  expect(canonical({ a: ['b'] })).not.toBe(canonical({ a: { b: null } }));
});
