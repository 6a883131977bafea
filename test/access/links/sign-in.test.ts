import { afterAll, beforeAll, expect, test } from 'vitest';
import { addContact, connectLink, GuestBrowser, reconnectLink, verifiedGuest } from '../../kit/guest.js';
import { type TestHub, testHub } from '../../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../../kit/sandbox.js';
import { newCustomer } from '../../kit/sign-in.js';
import { startTokenGong, type TokenGong } from '../../kit/token-gong.js';

let sandboxes: Record<'acme' | 'other', GongSandbox>;
let gong: TokenGong;
let hub: TestHub;
beforeAll(async () => {
  sandboxes = {
    acme: await startGongSandbox({ account: 'acme', calls: 5 }),
    other: await startGongSandbox({ account: 'other', calls: 5, seed: 2 }),
  };
  gong = await startTokenGong({ sandboxes });
  hub = await testHub(gong.env);
});
afterAll(async () => {
  await hub?.close();
  await gong?.close();
  await Promise.all(Object.values(sandboxes).map(each => each.close()));
});

async function invited() {
  const customerId = await newCustomer(hub);
  const { address } = await connectLink(hub, customerId, (await addContact(hub, customerId)).id);
  return { customerId, address: address as string };
}

async function connectionsOf(customerId: string) {
  const document = `query ($customerId: ID!) { connections(customerId: $customerId) {
    nodes { id accountName createdBy health { credential } } } }`;
  return (await hub.ask(document, { customerId })).connections.nodes;
}

/** Presses the button, and reads where the page would go. @returns what the platform is to give back */
async function goThere(guest: GuestBrowser): Promise<string> {
  expect(guest.page.text).toContain('Sign in with Gong');
  const away = await guest.send('sign-in', { method: '1' });
  const [, address = ''] = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(away.text) ?? [];
  return new URL(address.replaceAll('&amp;', '&')).searchParams.get('state') ?? '';
}

const back = (state: string, more: Record<string, string>) =>
  `${hub.url}/oauth/callback/gong?${new URLSearchParams({ state, ...more })}`;

test('a contact signs in at the platform, checks the account, and it is connected', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);
  const state = await goThere(guest);

  const confirm = await guest.open(back(state, { code: gong.code() }));
  expect(confirm.title).toBe('Is this the right account?');
  expect(await connectionsOf(customerId)).toEqual([]);
  expect((await guest.send('confirm')).title).toBe('Connected');

  expect(await connectionsOf(customerId)).toMatchObject([
    { createdBy: 'Ada Lovelace, by link', health: { credential: 'VALID' } },
  ]);
  expect((await new GuestBrowser(hub.url).open(address)).status).toBe(404);
});

test('a contact who says no there, or takes it back here, is where they were, and nothing is stored', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);

  const denied = await guest.open(back(await goThere(guest), { error: 'access_denied' }));
  expect(denied.title).toBe('Connect Gong');
  expect(denied.text).toMatch(/role="alert"[^]*was not allowed to let us in/);
  await guest.open(back(await goThere(guest), { code: gong.code() }));
  await guest.send('reject');
  expect(guest.page.title).toBe('Connect Gong');
  expect((await guest.send('confirm')).title).toBe('Connect Gong');
  expect(await connectionsOf(customerId)).toEqual([]);
  await guest.open(back(await goThere(guest), { code: gong.code() }));

  expect((await guest.send('confirm')).title).toBe('Connected');
});

test('another account renews nothing: it is told, and staff hear of it', async () => {
  const { customerId, address } = await invited();
  const first = await verifiedGuest(hub, customerId, address);
  await first.open(back(await goThere(first), { code: gong.code() }));
  await first.send('confirm');
  const [connection] = await connectionsOf(customerId);
  const contact = await addContact(hub, customerId, 'Grace Hopper');
  const again = await reconnectLink(hub, connection.id, contact.id);
  const stored = () => hub.database.query('select * from credentials where connection_id = $1', [connection.id]);
  const before = await stored();
  const guest = await verifiedGuest(hub, customerId, again.address);

  const refused = await guest.open(back(await goThere(guest), { code: gong.code('other') }));

  expect(refused.text).toContain('You signed in to another account');
  expect((await guest.send('confirm')).title).toBe('Connect Gong');
  expect(await stored()).toEqual(before);
  const document = 'query ($id: ID!) { facts(connectionId: $id, kinds: [CONNECTION_MISMATCHED]) { totalCount } }';
  expect((await hub.ask(document, { id: connection.id })).facts.totalCount).toBe(1);
  await guest.open(back(await goThere(guest), { code: gong.code() }));
  expect((await guest.send('confirm')).title).toBe('Connected');
});

test('addresses on the way are worth nothing in another browser', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);
  const state = await goThere(guest);
  const thief = new GuestBrowser(hub.url);

  expect((await thief.open(back(state, { code: gong.code('other') }))).status).toBe(404);
  await thief.open(address);
  expect((await thief.open(back(state, { code: gong.code('other') }))).title).toBe('Connect Gong');
  expect((await thief.send('confirm')).status).not.toBe(500);
  await guest.open(back(state, { code: gong.code() }));
  await thief.send('confirm');

  expect(await connectionsOf(customerId)).toEqual([]);
  expect((await guest.send('confirm')).title).toBe('Connected');
});
