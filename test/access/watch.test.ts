import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, connectGong, startImport } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { watchForStatus } from '../kit/watch.js';

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

interface Change {
  readonly id: string;
  readonly customerId: string;
  readonly health: { readonly credential: string };
}
const document = `subscription ($customerId: ID) {
  connectionChanged(customerId: $customerId) { id customerId health { credential } }
}`;

/** What a subscription says, as it comes. */
function watch(customerId?: string, key?: string) {
  const changes: Change[] = [];
  const follow = async (): Promise<void> => {
    for await (const { data } of hub.subscribe(document, { customerId }, key)) changes.push(data.connectionChanged);
  };
  // Ends with the hub, which closes the socket.
  follow().catch(() => undefined);
  return changes;
}
const connections = async (variables: object) =>
  (
    await hub.ask(
      'query ($customerId: ID, $credential: [CredentialHealth!]) { connections(customerId: $customerId, credential: $credential) { nodes { id } } }',
      variables,
    )
  ).connections.nodes.map(({ id }: { id: string }) => id);

/** Renews the credential until somebody who watches has seen it, since nothing tells when the watching begins. */
async function renewUntilSeen(account: GongAccount, customerId: string, changes: readonly Change[]): Promise<void> {
  await until('the watcher is told of a renewal', async () => {
    await connectGong(hub, account, customerId);
    return changes.some(change => change.customerId === customerId);
  });
}

describe.concurrent('who watches connections', () => {
  test('sees a credential break, and be renewed', async () => {
    const account = await accounts.open({ calls: 5 });
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    const changes = watch(customerId);
    await renewUntilSeen(account, customerId, changes);

    account.refuse = () => 401;
    await watchForStatus(hub, await startImport(hub, account, connectionId), 'PAUSED');
    const broken = () => changes.findIndex(({ health }) => health.credential === 'BROKEN');
    await until('the broken connection', () => broken() >= 0);
    account.refuse = undefined;
    await connectGong(hub, account, customerId);
    await until('the mended connection', () => changes.at(-1)?.health.credential === 'VALID');

    expect(new Set(changes.map(({ id }) => id))).toEqual(new Set([connectionId]));
  });

  test('as a customer is told of nothing but its own', async () => {
    const [ours, foreign] = [await accounts.open({ calls: 5 }), await accounts.open({ calls: 5 })];
    const [mine, theirs] = [await connectedCustomer(hub, ours), await connectedCustomer(hub, foreign)];
    const newKey = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
    const { createApiKey } = await hub.ask(newKey, {
      input: { label: 'mine', role: 'CUSTOMER', customerId: mine.customerId },
    });
    const [own, house] = [watch(undefined, createApiKey.secret), watch()];
    await renewUntilSeen(ours, mine.customerId, own);

    await renewUntilSeen(foreign, theirs.customerId, house);
    const before = own.length;
    await until('own news after the foreign ones', async () => {
      await connectGong(hub, ours, mine.customerId);
      return own.length > before;
    });

    expect(new Set(own.map(({ customerId }) => customerId))).toEqual(new Set([mine.customerId]));
  });

  test('of a customer that does not exist is told so', async () => {
    await expect(hub.subscribe(document, { customerId: randomUUID() }).next()).rejects.toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
  });
});

test('connections can be listed by what their credentials are worth', async () => {
  const account = await accounts.open({ calls: 5 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);

  expect(await connections({ customerId, credential: ['VALID', 'EXPIRING'] })).toEqual([connectionId]);
  expect(await connections({ customerId, credential: ['BROKEN'] })).toEqual([]);
  expect(await connections({ customerId, credential: [] })).toEqual([]);

  account.refuse = () => 401;
  await watchForStatus(hub, await startImport(hub, account, connectionId), 'PAUSED');

  expect(await connections({ customerId, credential: ['BROKEN'] })).toEqual([connectionId]);
  expect(await connections({ customerId, credential: ['VALID'] })).toEqual([]);
});
