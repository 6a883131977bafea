import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealedColumns } from '../../src/app.js';
import { BrokenPromise } from '../../src/core/errors.js';
import { Secret } from '../../src/core/secret.js';
import { openKeyring } from '../../src/infra/keyring.js';
import { keysOf, namedKey } from '../kit/keys.js';
import type { SealContext } from '../../src/core/ports.js';
import type { House } from '../../src/scope.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from '../kit/trip.js';

let hub: TestHub;
let sandbox: GongSandbox;
let house: House;
let first: { customerId: string; connectionId: string };
let second: { customerId: string; connectionId: string };
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 6 });
  const wrap = (bare: House): House => {
    house = bare;
    return bare;
  };
  hub = await testHub(sandbox.env, { wrap });
  first = await connectedCustomer(hub, sandbox);
  second = await connectedCustomer(hub, sandbox);
  await watchToEnd(hub, await startImport(hub, sandbox, first.connectionId));
  await watchToEnd(hub, await startImport(hub, sandbox, second.connectionId));
});
afterAll(async () => {
  await hub?.close();
  await sandbox?.close();
});

const plain = Buffer.from('what nobody else may read');

test('what is sealed opens in its own place only', async () => {
  const place: SealContext = {
    customerId: first.customerId,
    field: 'credentials.sealed',
    rowId: randomUUID(),
    epoch: 3,
  };
  const sealed = await house.keyring.seal(plain, place);

  expect(await house.keyring.open(sealed, place)).toEqual(plain);
  const elsewhere: SealContext[] = [
    { ...place, customerId: second.customerId },
    { ...place, field: 'transcripts.document' },
    { ...place, rowId: randomUUID() },
    { ...place, epoch: 2 },
    { ...place, epoch: 4 },
    // Neighbouring parts must not run into each other.
    { ...place, field: `credentials.sealed|${place.rowId}`, rowId: '' },
    { ...place, rowId: `${place.rowId}|1`, epoch: 3 },
  ];
  for (const other of elsewhere) await expect(house.keyring.open(sealed, other)).rejects.toBeInstanceOf(BrokenPromise);
});

test('a sealed value that was changed anywhere, cut or lengthened does not open', async () => {
  const place: SealContext = { customerId: first.customerId, field: 'a.b', rowId: '1', epoch: 0 };
  const sealed = await house.keyring.seal(plain, place);
  const changed = [...sealed.keys()].map(at => {
    const copy = Buffer.from(sealed);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  });
  const cut = [...sealed.keys()].map(length => sealed.subarray(0, length));

  for (const bad of [...changed, ...cut, Buffer.concat([sealed, Buffer.of(0)])])
    await expect(house.keyring.open(bad, place)).rejects.toBeInstanceOf(BrokenPromise);
});

test('a short tag is not taken for a tag', async () => {
  const place: SealContext = { customerId: first.customerId, field: 'a.b', rowId: '1', epoch: 0 };
  const warned: string[] = [];
  const hear = (warning: Error): void => void warned.push(warning.message);
  process.on('warning', hear);
  const sealed = await house.keyring.seal(plain, place);
  for (const length of [7, 11, 15, 18])
    await house.keyring.open(sealed.subarray(0, length), place).catch(() => undefined);
  await new Promise(resolve => setImmediate(resolve));
  process.off('warning', hear);

  expect(warned).toEqual([]);
});

test('the same words are sealed differently every time', async () => {
  const place: SealContext = { customerId: first.customerId, field: 'a.b', rowId: '1', epoch: 0 };
  const seal = await house.keyring.sealer(first.customerId);
  const nonces = Array.from({ length: 20_000 }, () => seal(plain, place).subarray(3, 15).toString('hex'));

  expect(new Set(nonces).size).toBe(nonces.length);
});

const document = 'query ($id: ID!) { call(id: $id) { title transcript { lines { text } } } }';

async function callOf(customerId: string): Promise<{ id: string; external_id: string }> {
  const [call] = await hub.database.query<{ id: string; external_id: string }>(
    `select id, external_id from calls join transcripts on call_id = id where calls.customer_id = $1 order by external_id limit 1`,
    [customerId],
  );
  if (call === undefined) throw new Error('There is no call with a transcript.');
  return call;
}

test.each([
  [
    'of another call',
    'select t.document from transcripts t join calls c on c.id = call_id where c.id <> $1 and t.customer_id = $2 and external_id <> $3 limit 1',
  ],
  [
    'of the same call of another customer',
    'select t.document from transcripts t join calls c on c.id = call_id where c.id <> $1 and t.customer_id <> $2 and external_id = $3',
  ],
  [
    'from another field of the call',
    'select document from calls where id = $1 and customer_id = $2 and external_id = $3',
  ],
])('a transcript that was put in the place of one %s is not shown', async (_what, other) => {
  const { id, external_id } = await callOf(first.customerId);
  const [own] = await hub.database.query<{ document: Buffer }>('select document from transcripts where call_id = $1', [
    id,
  ]);
  const [moved] = await hub.database.query<{ document: Buffer }>(other, [id, first.customerId, external_id]);
  expect(moved?.document).toBeInstanceOf(Buffer);

  const put = (bytes: Buffer | undefined) =>
    hub.database.query('update transcripts set document = $2 where call_id = $1', [id, bytes]);
  await put(moved?.document);
  const { data, errors } = await hub.graphql(document, { id });
  await put(own?.document);

  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL']);
  expect(data.call.transcript).toBeNull();
  expect((await hub.ask(document, { id })).call.transcript.lines.length).toBeGreaterThan(0);
});

const sealedOf = async (connectionId: string) => {
  const [row] = await hub.database.query<{ sealed: Buffer; epoch: number }>(
    'select sealed, epoch from credentials where connection_id = $1',
    [connectionId],
  );
  return row as { sealed: Buffer; epoch: number };
};

/** An import that needs the credential of the connection, up to the moment when it stops for a fault of ours. */
async function triesInVain(connectionId: string): Promise<unknown> {
  const id = await startImport(hub, sandbox, connectionId);
  const watch = 'subscription ($id: ID!) { importProgress(importId: $id) { status problem { code } } }';
  sandbox.resetLedger();
  for await (const { data } of hub.subscribe(watch, { id })) {
    const { status, problem } = data.importProgress;
    if (problem === null && !['COMPLETED', 'FAILED'].includes(status)) continue;
    await hub.ask('mutation ($id: ID!) { cancelImport(id: $id) { id } }', { id });
    return { status, code: problem?.code, asked: sandbox.ledger().length };
  }
  return undefined;
}
const inVain = { status: 'WAITING', code: 'INTERNAL', asked: 0 };

test('a credential that was put under another connection is not used', async () => {
  const [own, other] = [await sealedOf(first.connectionId), await sealedOf(second.connectionId)];
  const put = (sealed: Buffer) =>
    hub.database.query('update credentials set sealed = $2 where connection_id = $1', [first.connectionId, sealed]);

  await put(other.sealed);
  const outcome = await triesInVain(first.connectionId);
  await put(own.sealed);

  expect(outcome).toEqual(inVain);
});

test('an older credential that was put back is not used, whatever epoch the row claims', async () => {
  const old = await sealedOf(first.connectionId);
  await connectGong(hub, sandbox, first.customerId);
  const now = await sealedOf(first.connectionId);
  expect(now.epoch).toBe(old.epoch + 1);

  await hub.database.query('update credentials set sealed = $2 where connection_id = $1', [
    first.connectionId,
    old.sealed,
  ]);
  const outcome = await triesInVain(first.connectionId);
  await hub.database.query('update credentials set sealed = $2 where connection_id = $1', [
    first.connectionId,
    now.sealed,
  ]);

  expect(outcome).toEqual(inVain);
});

test('data keys open with the named key that wrapped them only, and only for their customer', async () => {
  const place: SealContext = { customerId: first.customerId, field: 'a.b', rowId: '1', epoch: 0 };
  const sealed = await house.keyring.seal(plain, place);
  const withKey = (key: Buffer) =>
    openKeyring({ ...keysOf(namedKey('test', key)), root: new Secret<Uint8Array>(key), sql: house.sql });

  expect(await withKey(Buffer.alloc(32, 7)).open(sealed, place)).toEqual(plain);
  await expect(withKey(randomBytes(32)).open(sealed, place)).rejects.toBeInstanceOf(BrokenPromise);

  const wrapped = 'select wrapped from data_keys where customer_id = $1';
  const [mine] = await hub.database.query<{ wrapped: Buffer }>(wrapped, [first.customerId]);
  const [theirs] = await hub.database.query<{ wrapped: Buffer }>(wrapped, [second.customerId]);
  const put = (bytes: Buffer | undefined) =>
    hub.database.query('update data_keys set wrapped = $2 where customer_id = $1', [first.customerId, bytes]);
  await put(theirs?.wrapped);
  const attempt = withKey(Buffer.alloc(32, 7)).open(sealed, place);
  await expect(attempt).rejects.toBeInstanceOf(BrokenPromise);
  await put(mine?.wrapped);
});

/** Bytes in the database that are not sealed, and why. */
const bare: Readonly<Record<string, string>> = {
  'api_keys.hash': 'a hash',
  'audit_entries.previous': 'a digest',
  'audit_entries.digest': 'a digest',
  'audit_heads.digest': 'a digest',
  'calls.content_digest': 'a keyed digest',
  'calls.listed_digest': 'a keyed digest',
  'authorization_sessions.browser_hash': 'a keyed digest',
  'authorization_sessions.state_hash': 'a keyed digest',
  'credential_imports.fingerprint': 'a keyed digest',
  'credentials.fingerprint': 'a keyed digest',
  'credentials.rejected': 'a keyed digest',
  'data_keys.wrapped': 'wrapped by a key outside the database',
  'house_keys.wrapped': 'wrapped by a key outside the database',
  'root_key.wrapped': 'wrapped by a key outside the database',
  'idempotency_records.fingerprint': 'a keyed digest',
  'links.hash': 'a hash',
  'link_visits.hash': 'a hash',
  'link_visits.code_hash': 'a hash',
  'unread_records.digest': 'a keyed digest',
};

test('all other bytes in the database are sealed, and are sealed anew when data keys are renewed', async () => {
  const found = await hub.database.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and data_type = 'bytea'`,
  );

  const listed = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  expect(found.map(({ name }) => name).sort()).toEqual([...listed, ...Object.keys(bare)].sort());
});

test('API keys are kept as hashes only', async () => {
  const rows = await hub.database.query<{ hash: Buffer }>('select hash from api_keys');

  const hash = createHash('sha256').update(hub.adminKey).digest();
  expect(rows.filter(row => row.hash.equals(hash))).toHaveLength(1);
});
