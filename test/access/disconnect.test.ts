import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from '../kit/trip.js';
import { heldIds, watchForStatus } from '../kit/watch.js';

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

const document = `mutation ($id: ID!) {
  disconnect(connectionId: $id) { id health { credential } lastError { code message remedy } }
}`;
const disconnect = async (id: string) => (await hub.ask(document, { id })).disconnect;
const credentialOf = async (connectionId: string) =>
  (
    await hub.database.query<{ epoch: number; sealed: Buffer }>(
      'select epoch, sealed from credentials where connection_id = $1',
      [connectionId],
    )
  )[0];

describe.concurrent('a connection that is cut', () => {
  test('keeps nothing of its credential, and its calls', async () => {
    const account = await accounts.open({ calls: 5 });
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    await watchToEnd(hub, await startImport(hub, account, connectionId));

    const first = await disconnect(connectionId);

    expect(first).toEqual({
      id: connectionId,
      health: { credential: 'DISCONNECTED' },
      lastError: { code: 'DISCONNECTED', message: expect.any(String), remedy: expect.stringContaining('Connect') },
    });
    expect(await disconnect(connectionId)).toEqual(first);
    expect((await credentialOf(connectionId))?.sealed).toHaveLength(0);
    expect(await heldIds(hub, customerId)).toHaveLength(5);
    const { auditEntries } = await hub.ask('query ($c: ID) { auditEntries(customerId: $c) { nodes { act target } } }', {
      c: customerId,
    });
    const acts = auditEntries.nodes.filter(({ act }: { act: string }) => act === 'connection.disconnected');
    expect(acts).toEqual([{ act: 'connection.disconnected', target: `connection ${connectionId}` }]);
  });

  test('imports no more until the account is connected again', async () => {
    const account = await accounts.open({ calls: 5 });
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    await disconnect(connectionId);

    const start = 'mutation ($input: StartImportInput!) { startImport(input: $input) { id } }';
    const { extensions } = await hub.refused(start, { input: { connectionId, ...account.window } });
    expect(extensions).toMatchObject({ code: 'CONNECTION_NOT_READY', remedy: expect.stringContaining('Connect') });

    expect((await connectGong(hub, account, customerId)).id).toBe(connectionId);
    expect((await watchToEnd(hub, await startImport(hub, account, connectionId))).at(-1)).toMatchObject({ stored: 5 });
  });

  test('stops an import that is under way, which goes on when the account is connected again', async () => {
    const account = await accounts.open({ calls: 250 });
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    const cut = Promise.withResolvers<void>();
    const importing = Promise.withResolvers<void>();
    account.onRequest = path => {
      if (path !== '/v2/calls/transcript') return undefined;
      importing.resolve();
      return cut.promise;
    };
    const importId = await startImport(hub, account, connectionId);
    await importing.promise;

    await disconnect(connectionId);
    account.onRequest = undefined;
    // The pages in hand come in; what comes after them is what must not be asked for.
    const stopped = watchForStatus(hub, importId, 'PAUSED');
    cut.resolve();

    expect(await stopped).toMatchObject({ finished: false, problem: { code: 'CONNECTION_NOT_READY' } });
    const asked = account.ledger().length;
    await connectGong(hub, account, customerId);
    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 250, problem: null });
    expect(account.ledger().length).toBeGreaterThan(asked);
  });

  test('does not come back to life by an older credential put into its row', async () => {
    const account = await accounts.open({ calls: 5 });
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    const old = await credentialOf(connectionId);
    await disconnect(connectionId);
    await connectGong(hub, account, customerId);

    expect((await credentialOf(connectionId))?.epoch).toBe(3);
    await hub.database.query('update credentials set sealed = $2 where connection_id = $1', [
      connectionId,
      old?.sealed,
    ]);

    const watched = await watchForStatus(hub, await startImport(hub, account, connectionId), 'WAITING');
    expect(watched).toMatchObject({ stored: 0, problem: { code: 'INTERNAL' } });
  });

  test('that is not there, or is another\u2019s, is not found', async () => {
    const account = await accounts.open({ calls: 5 });
    const { connectionId } = await connectedCustomer(hub, account);
    const other = await connectedCustomer(hub, await accounts.open({ calls: 5 }));
    const newKey = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
    const { createApiKey } = await hub.ask(newKey, {
      input: { label: 'other', role: 'CUSTOMER', customerId: other.customerId },
    });

    for (const id of [connectionId, randomUUID(), 'connection'])
      expect((await hub.refused(document, { id }, createApiKey.secret)).extensions).toMatchObject({
        code: 'NOT_FOUND',
      });
    expect((await credentialOf(connectionId))?.sealed.length).toBeGreaterThan(0);
  });
});
