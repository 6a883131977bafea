import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../../kit/gong-accounts.js';
import { addContact, formOf, keptMails, reconnectLink, verifiedGuest } from '../../kit/guest.js';
import { type TestHub, testHub } from '../../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../../kit/trip.js';
import { until } from '../../kit/until.js';
import { watchForStatus } from '../../kit/watch.js';

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

const kinds = ['ALERT_OPENED', 'ALERT_RESOLVED'];

async function alertsOf(connectionId: string) {
  const document = `query ($connectionId: ID!, $kinds: [FactKind!]) {
    facts(connectionId: $connectionId, kinds: $kinds) { nodes { kind linkId details } } }`;
  return (await hub.ask(document, { connectionId, kinds })).facts.nodes.toReversed();
}

/** When everything has followed that follows from what has happened. */
const settled = () =>
  until('all facts are reacted to', async () => {
    const [row] = await hub.database.query<{ left: number }>(
      'select count(*)::integer as left from facts where awaits_reaction',
    );
    return row?.left === 0;
  });

/** Several imports that are refused side by side: one incident. */
async function breakIt(account: GongAccount, connectionId: string): Promise<string[]> {
  account.refuse = () => 401;
  const imports = [await startImport(hub, account, connectionId), await startImport(hub, account, connectionId)];
  await Promise.all(imports.map(id => watchForStatus(hub, id, 'PAUSED')));
  return imports;
}

async function mailedAddress(customerId: string): Promise<string> {
  const mail = await until('a link is mailed', async () =>
    (await keptMails(hub, customerId)).find(({ text }) => text.includes('/connect/')),
  );
  return new RegExp(`${hub.url}/connect/[\\w-]{43}`).exec(mail.text)?.[0] ?? '';
}

test('a broken connection is one alert with a link that works, and one resolved alert when it is mended by it', async () => {
  const account = await accounts.open({ calls: 60 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await addContact(hub, customerId);
  const imports = await breakIt(account, connectionId);

  const address = await mailedAddress(customerId);
  await settled();
  expect(await alertsOf(connectionId)).toMatchObject([
    { kind: 'ALERT_OPENED', linkId: expect.any(String), details: { contact: 'Ada Lovelace', platform: 'gong' } },
  ]);
  account.refuse = undefined;
  const guest = await verifiedGuest(hub, customerId, address);
  await guest.send('keys', { method: '0', ...formOf(account.secret) });
  await guest.send('confirm');
  expect(guest.page.title).toBe('Connected');
  for (const id of imports)
    expect((await watchToEnd(hub, id)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 60 });
  await settled();

  expect((await alertsOf(connectionId)).map(({ kind }: { kind: string }) => kind)).toEqual(kinds);
  await breakIt(account, connectionId);
  await settled();
  expect((await alertsOf(connectionId)).map(({ kind }: { kind: string }) => kind)).toEqual([...kinds, 'ALERT_OPENED']);
});

test('an alert without anybody to get a link says so, and is resolved by the link that staff make', async () => {
  const account = await accounts.open({ calls: 20 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  // Nobody is there yet to whom a link could go.
  await breakIt(account, connectionId);
  await settled();
  const [without] = await alertsOf(connectionId);
  expect(without).toMatchObject({ linkId: null, details: { contact: null } });
  const contact = await addContact(hub, customerId);
  const { address } = await reconnectLink(hub, connectionId, contact.id);

  account.refuse = undefined;
  const guest = await verifiedGuest(hub, customerId, address);
  await guest.send('keys', { method: '0', ...formOf(account.secret) });
  await guest.send('confirm');
  await settled();

  expect((await alertsOf(connectionId)).map(({ kind }: { kind: string }) => kind)).toEqual(kinds);
});

test('a connection that is cut off resolves its alert, and its link ends', async () => {
  const account = await accounts.open({ calls: 20 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await addContact(hub, customerId);
  await breakIt(account, connectionId);
  const address = await mailedAddress(customerId);

  await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: connectionId });
  await settled();

  expect(await alertsOf(connectionId)).toMatchObject([{}, { kind: 'ALERT_RESOLVED' }]);
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(404);
});
