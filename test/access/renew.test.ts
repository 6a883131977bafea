import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from '../kit/trip.js';
import { progressOf, steer, watchForStatus } from '../kit/watch.js';

let accounts: GongAccounts;
let hub: TestHub;

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
});
afterAll(async () => {
  await hub.close();
  await accounts.close();
});

async function connectionOf(id: string) {
  const fields = 'health { credential credentialCheckedAt } lastError { code message remedy }';
  return (await hub.ask(`query ($id: ID!) { connection(id: $id) { ${fields} } }`, { id })).connection;
}
function withKey(account: GongAccount, key: string): GongAccount {
  account.keys.add(key);
  return { ...account, secret: account.secretOf(key) };
}
async function epochs(connectionId: string) {
  return hub.database.query('select epoch from credentials where connection_id = $1', [connectionId]);
}

describe.concurrent('connecting an account that is connected already', () => {
  test('renews its credential and keeps the connection', async () => {
    const account = await accounts.open({ calls: 5 });
    const { customerId, connectionId } = await connectedCustomer(hub, account);

    const { id } = await connectGong(hub, withKey(account, 'renewed-key'), customerId);

    expect(id).toBe(connectionId);
    expect(await epochs(connectionId)).toEqual([{ epoch: 2 }]);
    const { auditEntries } = await hub.ask('query ($c: ID) { auditEntries(customerId: $c) { nodes { act target } } }', {
      c: customerId,
    });
    expect(auditEntries.nodes[0]).toEqual({ act: 'credential.renewed', target: `connection ${connectionId}` });
  });

  test('from two places at once makes one connection', async () => {
    const account = await accounts.open({ calls: 5 });
    const { createCustomer } = await hub.ask('mutation { createCustomer(input: { name: "Twice" }) { id } }');
    const [one, two] = await Promise.all([
      connectGong(hub, account, createCustomer.id),
      connectGong(hub, account, createCustomer.id),
    ]);
    expect(one.id).toBe(two.id);
    expect(await epochs(one.id)).toEqual([{ epoch: 2 }]);
  });
});

describe.concurrent('a key that is withdrawn in the middle of an import', () => {
  test('pauses it and breaks the connection; a new key lets it go on by itself', async () => {
    const account = await accounts.open({ calls: 250 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    account.onRequest = path => {
      // From the second page on.
      const pages = account.ledger().filter(entry => entry.path === '/v2/calls/transcript').length;
      if (path === '/v2/calls/extensive' && pages >= 1) account.refuse = () => 401;
    };
    const importId = await startImport(hub, account, connectionId);

    const paused = await watchForStatus(hub, importId, 'PAUSED');

    expect(paused).toMatchObject({ finished: false, problem: { code: 'CREDENTIAL_REJECTED' } });
    expect(paused.stored).toBeGreaterThan(0);
    expect(paused.stored).toBeLessThan(250);
    expect(paused.problem.remedy).toMatch(/connect/i);
    expect(await connectionOf(connectionId)).toMatchObject({
      health: { credential: 'BROKEN' },
      lastError: { code: 'CREDENTIAL_REJECTED', remedy: expect.any(String) },
    });
    const window = account.window;
    const { extensions } = await hub.refused(
      'mutation ($input: StartImportInput!) { startImport(input: $input) { id } }',
      { input: { connectionId, ...window } },
    );
    expect(extensions).toMatchObject({ code: 'CONNECTION_NOT_READY', field: 'input.connectionId' });

    account.onRequest = undefined;
    account.refuse = (_path, key) => (key === 'new-key' ? undefined : 401);
    await connectGong(hub, withKey(account, 'new-key'), customerId);

    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 250, problem: null });
    expect(await connectionOf(connectionId)).toMatchObject({ health: { credential: 'VALID' }, lastError: null });
  });

  test('and that somebody paused meanwhile stays paused when the key is renewed', async () => {
    const account = await accounts.open({ calls: 150 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    account.refuse = () => 401;
    const bothStarted = Promise.withResolvers<void>();
    account.onRequest = () => bothStarted.promise;
    const [stopped, waiting] = [
      await startImport(hub, account, connectionId),
      await startImport(hub, account, connectionId),
    ];
    bothStarted.resolve();
    await Promise.all([stopped, waiting].map(id => watchForStatus(hub, id, 'PAUSED')));

    expect(await steer(hub, 'pause', stopped)).toBe('PAUSED');
    account.refuse = undefined;
    await connectGong(hub, account, customerId);

    expect((await watchToEnd(hub, waiting)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 150 });
    expect(await progressOf(hub, stopped)).toMatchObject({ status: 'PAUSED' });
    await steer(hub, 'resume', stopped);
    expect((await watchToEnd(hub, stopped)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 150 });
  });

  test('after it was renewed breaks nothing: the import goes on with the new key', async () => {
    const account = await accounts.open({ calls: 250 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const [oldKey] = account.keys;
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    account.onRequest = (path, key) => {
      if (key !== oldKey || path !== '/v2/calls/transcript') return undefined;
      arrived.resolve();
      return held.promise;
    };
    const importId = await startImport(hub, account, connectionId);
    await arrived.promise;

    await connectGong(hub, withKey(account, 'rotated-key'), customerId);
    account.refuse = (_path, key) => (key === oldKey ? 401 : undefined);
    held.resolve();

    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 250 });
    expect(await connectionOf(connectionId)).toMatchObject({ health: { credential: 'VALID' }, lastError: null });
  });
});
