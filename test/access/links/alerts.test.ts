import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { lookForExpiredLinks } from '../../../src/access/links/tell-of-expired.js';
import { MailRefused } from '../../../src/core/errors.js';
import type { Mailer } from '../../../src/core/ports.js';
import type { House } from '../../../src/scope.js';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../../kit/gong-accounts.js';
import { addContact, formOf, keptMails, reconnectLink, verifiedGuest } from '../../kit/guest.js';
import { type TestHub, testHub } from '../../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../../kit/trip.js';
import { until } from '../../kit/until.js';
import { watchForStatus } from '../../kit/watch.js';

let hub: TestHub;
let accounts: GongAccounts;
let house: House;
/** Undefined: mails are kept. */
let mailer: Mailer | undefined;
beforeAll(async () => {
  accounts = await startGongAccounts();
  // Nobody looks for trouble, so that what breaks is told at once, however much breaks.
  hub = await testHub(accounts.env, {
    watch: false,
    wrap: own => {
      house = Object.defineProperty({ ...own }, 'mailer', { get: () => mailer, enumerable: true });
      return house;
    },
  });
});
afterEach(() => {
  mailer = undefined;
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

test('an alert whose link cannot arrive says so, and what else can be done', async () => {
  mailer = { send: () => Promise.reject(new MailRefused('mail.example refuses this mail for good.')) };
  const account = await accounts.open();
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await addContact(hub, customerId);

  await breakIt(account, connectionId);

  const told = await until('the alert says so', async () =>
    (await alertsOf(connectionId)).find(({ details }: { details: { problem: string } }) =>
      /to Ada Lovelace could not be delivered\. mail\.example refuses/.test(details.problem),
    ),
  );
  expect(told).toMatchObject({
    linkId: expect.any(String),
    details: { remedy: expect.stringContaining('`delivery: SHOW`') },
  });
  const dead = 'query ($c: ID!) { facts(customerId: $c, kinds: [MAIL_DEAD]) { nodes { linkId details } } }';
  expect((await hub.ask(dead, { c: customerId })).facts.nodes).toMatchObject([
    { linkId: told.linkId, details: { to: 'Ada Lovelace', problem: 'mail.example refuses this mail for good.' } },
  ]);
});

test('a link that runs out while the connection is broken is followed by another, and told', async () => {
  const account = await accounts.open();
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await addContact(hub, customerId);
  await breakIt(account, connectionId);
  const address = await mailedAddress(customerId);
  await settled();
  await hub.database.query(`update links set expires_at = now() - interval '1 minute' where connection_id = $1`, [
    connectionId,
  ]);

  const { signal } = new AbortController();
  await Promise.all([lookForExpiredLinks(house, signal), lookForExpiredLinks(house, signal)]);
  await settled();

  const [first, second, ...more] = await alertsOf(connectionId);
  expect([second, more]).toMatchObject([
    { kind: 'ALERT_OPENED', details: { problem: expect.stringContaining('ran out') } },
    [],
  ]);
  expect(second.linkId).not.toBe(first.linkId);
  const newer = await mailedAddress(customerId);
  expect(newer).not.toBe(address);
  account.refuse = undefined;
  const guest = await verifiedGuest(hub, customerId, newer);
  await guest.send('keys', { method: '0', ...formOf(account.secret) });
  await guest.send('confirm');
  await settled();
  expect((await alertsOf(connectionId)).at(-1).kind).toBe('ALERT_RESOLVED');
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
