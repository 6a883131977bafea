import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHub } from '../../../src/app.js';
import { readConfig } from '../../../src/config.js';
import { openLog } from '../../../src/infra/log.js';
import { ask } from '../../kit/client.js';
import { addContact, connectLink, GuestBrowser, lastCode, reconnectLink, verifiedGuest } from '../../kit/guest.js';
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
  expect(denied.title).toBe('Give access to Gong');
  expect(denied.text).toMatch(/role="alert"[^]*was not allowed to let us in/);
  await guest.open(back(await goThere(guest), { code: gong.code() }));
  await guest.send('reject');
  expect(guest.page.title).toBe('Give access to Gong');
  expect((await guest.send('confirm')).title).toBe('Give access to Gong');
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
  expect((await guest.send('confirm')).title).toBe('Give access to Gong');
  expect(await stored()).toEqual(before);
  const document = 'query ($id: ID!) { facts(connectionId: $id, kinds: [CONNECTION_MISMATCHED]) { totalCount } }';
  expect((await hub.ask(document, { id: connection.id })).facts.totalCount).toBe(1);
  await guest.open(back(await goThere(guest), { code: gong.code() }));
  expect((await guest.send('confirm')).title).toBe('Connected');
});

test('two clicks on one button are one: the code that was mailed works, and what was connected is said to be', async () => {
  const { customerId, address } = await invited();
  const guest = new GuestBrowser(hub.url);
  await guest.open(address);
  const twice = async (step: string) => {
    const cookie = [...guest.cookies].map(pair => pair.join('=')).join('; ');
    const body = new URLSearchParams({ form: guest.formKey(), proposal: guest.proposal() });
    const click = () =>
      fetch(`${hub.url}/connect/${step}`, { method: 'POST', redirect: 'manual', headers: { cookie }, body });
    const answers = [await click(), await click()];
    expect(answers.map(({ status, headers }) => `${status} ${headers.get('location')}`)).toEqual([
      ...['303 /connect', '303 /connect'],
    ]);
    // Browsers keep what the second click brought.
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(answers[1]?.headers.getSetCookie()[0] ?? '') ?? [];
    if (name !== undefined && value !== undefined) guest.cookies.set(name, value);
    return guest.open(`${hub.url}/connect`);
  };

  const code = await twice('start');
  expect(code.title).toBe('Enter your code');
  expect(code.text).not.toContain('role="alert"');
  await guest.send('code', { code: await lastCode(hub, customerId) });
  expect(guest.page.text).toContain('Sign in with Gong');
  await guest.open(back(await goThere(guest), { code: gong.code() }));
  expect((await twice('confirm')).title).toBe('Connected');
  expect(await connectionsOf(customerId)).toHaveLength(1);
});

test('"yes" is about the account that was shown; another one that was found since is asked about first', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);
  const one = await goThere(guest);
  await guest.open(`${hub.url}/connect`);
  const two = await goThere(guest);
  const shown = await guest.open(back(one, { code: gong.code('acme') }));
  expect(shown.title).toBe('Is this the right account?');
  const accountOf = (text: string) => /<dt>Account found<\/dt><dd>([^<]*)/.exec(text)?.[1];
  // In another tab of the same browser.
  await guest.ask(back(two, { code: gong.code('other') }));

  const asked = await guest.send('confirm');

  expect(asked.title).toBe('Is this the right account?');
  expect(accountOf(asked.text)).not.toBe(accountOf(shown.text));
  expect(await connectionsOf(customerId)).toEqual([]);
  const kept =
    'select status, proposed is null as empty from authorization_sessions where customer_id = $1 order by created_at';
  expect(await hub.database.query(kept, [customerId])).toEqual([
    { status: 'rejected', empty: true },
    { status: 'proposed', empty: false },
  ]);
  expect((await guest.send('confirm')).title).toBe('Connected');
  expect(await connectionsOf(customerId)).toMatchObject([{ accountName: accountOf(asked.text) }]);
});

test('after "no" a sign-in that fails says why', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);
  await guest.open(back(await goThere(guest), { code: gong.code('other') }));
  await guest.send('reject');

  const denied = await guest.open(back(await goThere(guest), { error: 'access_denied' }));

  expect(denied.text).toMatch(/role="alert"[^]*was not allowed to let us in/);
});

test('the mail’s link opened once more in the same browser goes on where they were', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);

  expect((await guest.open(address)).text).toContain('Sign in with Gong');
});

test('a contact’s new address ends what was open for the old one', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);
  await guest.open(back(await goThere(guest), { code: gong.code() }));
  const links = 'query ($c: ID!) { links(customerId: $c) { nodes { state revokedBecause contact { id } } } }';
  const [{ contact }] = (await hub.ask(links, { c: customerId })).links.nodes;

  await hub.ask('mutation ($input: ChangeContactInput!) { changeContact(input: $input) { id } }', {
    input: { id: contact.id, email: 'right@acme.example' },
  });

  expect((await guest.send('confirm')).status).toBe(404);
  expect((await new GuestBrowser(hub.url).open(address)).status).toBe(404);
  expect(await connectionsOf(customerId)).toEqual([]);
  expect((await hub.ask(links, { c: customerId })).links.nodes).toMatchObject([
    { state: 'REVOKED', revokedBecause: 'The address of its contact was changed.' },
  ]);
});

test('whoever knows a state writes five lines into the customer’s trail and no more', async () => {
  const { customerId, address } = await invited();
  const guest = await verifiedGuest(hub, customerId, address);
  const state = await goThere(guest);

  await Promise.all(Array.from({ length: 12 }, () => fetch(back(state, { code: 'x' }), { redirect: 'manual' })));

  const document = 'query ($c: ID!) { auditEntries(customerId: $c, first: 100) { nodes { act } } }';
  const acts = (await hub.ask(document, { c: customerId })).auditEntries.nodes;
  expect(acts.filter(({ act }: { act: string }) => act === 'authorization.refused')).toHaveLength(5);
  expect((await guest.open(back(state, { code: gong.code() }))).title).toBe('Is this the right account?');
});

test('a process whose clock is 20 minutes ahead goes on with what another has begun', async () => {
  const ahead = await openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'api' }), {
    log: openLog('silent'),
    wrap: own => ({ ...own, clock: { now: () => new Date(Date.now() + 20 * 60_000) } }),
  });
  const { customerId, address } = await invited();
  const guest = new GuestBrowser(hub.url);
  await guest.open(address);
  const there = new GuestBrowser(ahead.url as string);
  for (const [name, value] of guest.cookies) there.cookies.set(name, value);

  expect((await there.open(`${ahead.url}/connect`)).status).toBe(200);
  await there.send('start');
  for (const [name, value] of there.cookies) guest.cookies.set(name, value);
  await guest.open(`${hub.url}/connect`);
  await guest.send('code', { code: await lastCode(hub, customerId) });

  expect((await there.open(`${ahead.url}/connect`)).text).toContain('Sign in with Gong');
  await ahead.close();
});

test('a process whose clock is days ahead takes no link for over, and ends those that others take for open', async () => {
  const ahead = await openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'api' }), {
    log: openLog('silent'),
    wrap: own => ({ ...own, clock: { now: () => new Date(Date.now() + 4 * 86_400_000) } }),
  });
  const { customerId, address } = await invited();
  const there = (query: string, variables: object) => ask(ahead.url as string, hub.adminKey, query, variables);
  const { links } = await there('query ($c: ID) { links(customerId: $c) { nodes { id state } } }', { c: customerId });
  const [link] = links.nodes;
  expect(link.state).toBe('MADE');

  const ended = await there('mutation ($id: ID!) { revokeLink(id: $id) { state } }', { id: link.id });
  await ahead.close();
  expect(ended.revokeLink.state).toBe('REVOKED');
  expect((await new GuestBrowser(hub.url).open(address)).status).toBe(404);
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
