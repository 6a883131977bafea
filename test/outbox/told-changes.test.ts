import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: TestHub;
let accounts: GongAccounts;
beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

interface Told {
  readonly type: string;
  readonly connectionId: string | null;
  readonly importId: string | null;
  readonly syncId: string | null;
  readonly callIds: readonly string[];
}

/** Everything up to a change of this type. */
async function toldUpTo(customerId: string, type: string, after: string | null = null) {
  return until(`a change ${type}`, async () => {
    const document = `query ($customerId: ID, $after: ID) { changes(customerId: $customerId, after: $after, first: 100) {
      nodes: changes { type connectionId importId syncId callIds } position } }`;
    const { changes } = await hub.ask(document, { customerId, after });
    const nodes = changes.nodes as Told[];
    return nodes.some(one => one.type === type) && { nodes, position: changes.position as string };
  });
}

const ofCalls = ({ type }: Told): boolean => type.startsWith('CALLS_');

test('an import tells of its beginning, of its calls page by page, and of its end', async () => {
  const account = await accounts.open({ calls: 60 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  const importId = await startImport(hub, account, connectionId);
  await watchToEnd(hub, importId);

  const { nodes, position } = await toldUpTo(customerId, 'IMPORT_COMPLETED');

  const types = nodes.map(({ type }) => type);
  expect(types.filter(type => type !== 'CALLS_IMPORTED')).toEqual([
    'CONNECTION_CONNECTED',
    'IMPORT_STARTED',
    'IMPORT_COMPLETED',
  ]);
  expect(types.at(-1)).toBe('IMPORT_COMPLETED');
  const calls = nodes.filter(ofCalls);
  for (const one of calls) expect(one).toMatchObject({ connectionId, importId, syncId: null });
  expect(Math.max(...calls.map(({ callIds }) => callIds.length))).toBeLessThanOrEqual(100);
  const ids = calls.flatMap(({ callIds }) => callIds);
  const stored = await hub.database.query<{ id: string }>('select id from calls where customer_id = $1', [customerId]);
  expect(ids.toSorted()).toEqual(stored.map(({ id }) => id).toSorted());

  const read = await hub.ask(
    'query ($c: ID!, $ids: [ID!]) { calls(customerId: $c, filter: { ids: $ids }, first: 100) { nodes { id } } }',
    { c: customerId, ids: ids.slice(0, 3) },
  );
  expect(read.calls.nodes.map(({ id }: { id: string }) => id).toSorted()).toEqual(ids.slice(0, 3).toSorted());

  // The same once more, where the platform says something new of one call.
  let renamed: string | undefined;
  account.tamper = (path, body) => {
    if (!path.endsWith('/extensive')) return body;
    for (const { metaData } of body.calls) {
      renamed ??= metaData.id;
      if (metaData.id === renamed) metaData.title = 'Another title';
    }
    return body;
  };
  const again = await startImport(hub, account, connectionId);
  await watchToEnd(hub, again);
  const second = await toldUpTo(customerId, 'IMPORT_COMPLETED', position);
  const [changed, ...more] = second.nodes.filter(ofCalls);
  expect(more).toEqual([]);
  expect(changed).toMatchObject({ type: 'CALLS_CHANGED', connectionId, callIds: [expect.any(String)] });
  const [row] = await hub.database.query<{ external_id: string }>('select external_id from calls where id = $1', [
    changed?.callIds[0],
  ]);
  expect(row?.external_id).toBe(renamed);

  // Without transcripts nothing is known to be different about them.
  const input = { connectionId, ...account.window, withTranscripts: false };
  const bare = await hub.ask('mutation ($input: StartImportInput!) { startImport(input: $input) { id } }', { input });
  await watchToEnd(hub, bare.startImport.id);
  const third = await toldUpTo(customerId, 'IMPORT_COMPLETED', second.position);
  await watchToEnd(hub, await startImport(hub, account, connectionId));
  const fourth = await toldUpTo(customerId, 'IMPORT_COMPLETED', third.position);
  expect([...third.nodes, ...fourth.nodes].filter(ofCalls)).toEqual([]);
});

test('a sync tells when it is set up, changed, paused, resumed and deleted, and nothing of turns that bring nothing', async () => {
  const account = await accounts.open({ calls: 0 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  const { createSync } = await hub.ask(
    `mutation ($c: ID!) { createSync(input: { connectionId: $c, schedule: { cadence: HOURLY } }) { id } }`,
    { c: connectionId },
  );
  const id: string = createSync.id;
  await hub.ask(
    'mutation ($id: ID!) { updateSync(input: { id: $id, schedule: { cadence: DAILY, at: "06:00" } }) { id } }',
    { id },
  );
  for (const verb of ['pauseSync', 'resumeSync', 'deleteSync'])
    await hub.ask(`mutation ($id: ID!) { ${verb}(id: $id) { id } }`, { id });

  const { nodes } = await toldUpTo(customerId, 'SYNC_DELETED');

  const own = nodes.filter(({ syncId }) => syncId === id);
  expect(own.map(({ type }) => type)).toEqual([
    'SYNC_CREATED',
    'SYNC_CHANGED',
    'SYNC_PAUSED',
    'SYNC_RESUMED',
    'SYNC_DELETED',
  ]);
  expect(own.every(one => one.connectionId === connectionId)).toBe(true);
  expect(nodes.filter(ofCalls)).toEqual([]);
});

test('a call that the platform has no more is told of, and so is one that is here again', async () => {
  const account = await accounts.open({ calls: 5 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await watchToEnd(hub, await startImport(hub, account, connectionId));
  const before = await toldUpTo(customerId, 'IMPORT_COMPLETED');
  const [call] = before.nodes.find(ofCalls)?.callIds ?? [];

  await hub.database.query('update calls set removed_at = now() where id = $1', [call]);
  const removed = await toldUpTo(customerId, 'CALLS_REMOVED', before.position);
  await hub.database.query('update calls set removed_at = null where id = $1', [call]);
  const back = await toldUpTo(customerId, 'CALLS_IMPORTED', removed.position);

  expect([...removed.nodes, ...back.nodes]).toMatchObject([{ callIds: [call] }, { callIds: [call] }]);
});

test('calls that are removed are told of, and what the house keeps to itself is not', async () => {
  const account = await accounts.open({ calls: 20 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await watchToEnd(hub, await startImport(hub, account, connectionId));
  const gone = await hub.database.query<{ id: string }>(
    'delete from calls where id in (select id from calls where customer_id = $1 limit 2) returning id',
    [customerId],
  );
  await hub.database.query(
    `insert into facts (id, customer_id, kind, details, at, awaits_reaction)
     values (gen_random_uuid(), $1, 'account.shared', '{}', now(), false)`,
    [customerId],
  );

  const { nodes } = await toldUpTo(customerId, 'CALLS_REMOVED');

  const removed = nodes.find(({ type }) => type === 'CALLS_REMOVED');
  expect(removed?.callIds.toSorted()).toEqual(gone.map(({ id }) => id).toSorted());
  expect(removed?.connectionId).toBe(connectionId);
  expect(nodes.some(({ type }) => type.startsWith('ACCOUNT'))).toBe(false);
});
