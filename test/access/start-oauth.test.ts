/** Signing in at a platform for whoever is signed in to an internal tool: a ticket instead of a link and a code. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addContact, formOf, GuestBrowser, keptMails, reconnectLink, signInFromPage } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PretendPlatform, startPretendPlatform } from '../kit/pretend-platform.js';
import { newCustomer } from '../kit/sign-in.js';
import { until } from '../kit/until.js';

let platform: PretendPlatform;
let hub: TestHub;

beforeAll(async () => {
  platform = await startPretendPlatform();
  hub = await testHub(platform.env, { platformFolders: [platform.folder] });
  platform.oauth.allowRedirect(`${hub.url}/oauth/callback/pretend`);
});
afterAll(async () => {
  await hub?.close();
  await platform?.close();
});

const document = `mutation ($input: StartOAuthInput!) { startOAuth(input: $input) {
  address link { id purpose state madeBy expiresAt connectionId contact { id } } } }`;
const start = async (customerId: string, more: object = {}, key?: string) =>
  (await hub.ask(document, { input: { customerId, platform: 'pretend', ...more } }, key)).startOAuth;
const newKey = async (input: object): Promise<{ secret: string; id: string }> => {
  const made = await hub.ask('mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { secret apiKey { id } } }', {
    i: { label: 'a tool', role: 'SERVICE', ...input },
  });
  return { secret: made.createApiKey.secret, id: made.createApiKey.apiKey.id };
};
const linkOf = async (customerId: string) =>
  (await hub.ask('query ($c: ID) { links(customerId: $c) { nodes { id state connectionId } } }', { c: customerId }))
    .links.nodes;
const entriesOf = async (customerId: string) =>
  (
    await hub.ask('query ($c: ID) { auditEntries(customerId: $c, first: 50) { nodes { act actor } } }', {
      c: customerId,
    })
  ).auditEntries.nodes;

/** From the ticket to the connected account. */
async function through(address: string, account = 'acme'): Promise<GuestBrowser> {
  const browser = new GuestBrowser(hub.url);
  await browser.open(address);
  await browser.send('start');
  await signInFromPage(browser, '0', { account });
  await browser.send('confirm');
  return browser;
}

describe('a ticket', () => {
  test('leads to the page, without a code, and the connection comes by subscription in the name of whoever asked', async () => {
    const customerId = await newCustomer(hub);
    const { createStaff } = await hub.ask('mutation ($i: CreateStaffInput!) { createStaff(input: $i) { id } }', {
      i: { name: 'Grace Hopper', email: 'grace@house.example', role: 'CS' },
    });
    const { secret } = await newKey({ role: 'CS', staffId: createStaff.id });
    const changes = hub.subscribe(
      'subscription ($c: ID) { connectionChanged(customerId: $c) { id accountId createdBy } }',
      { c: customerId },
      secret,
    );
    const first = changes.next();
    await until('the subscription runs', async () => {
      const headers = { authorization: `Bearer ${hub.adminKey}` };
      return (await (await fetch(`${hub.url}/metrics`, { headers })).text()).includes('patchbay_subscriptions 1');
    });

    const { address, link } = await start(customerId, {}, secret);
    expect(link).toMatchObject({ purpose: 'CONNECT', state: 'MADE', madeBy: 'Grace Hopper', contact: null });
    const browser = new GuestBrowser(hub.url);
    const intro = await browser.open(address);
    expect(intro.title).toBe('Connect Made-up pretend');
    expect(intro.text).toContain('Grace Hopper');
    expect(intro.text).not.toMatch(/code|Not the right person/);

    const ways = await browser.send('start');
    expect(ways.text).toContain('>Sign in</button>');
    expect(ways.text).not.toMatch(/Assertion|colleague/);
    expect((await signInFromPage(browser, '0')).title).toBe('Is this the right account?');
    expect((await browser.send('confirm')).title).toBe('Connected');

    expect((await first).value?.data.connectionChanged).toMatchObject({ accountId: 'acme', createdBy: 'Grace Hopper' });
    await changes.return(undefined);
    const connectionId = (await linkOf(customerId))[0]?.connectionId;
    expect(await linkOf(customerId)).toEqual([{ id: link.id, state: 'USED', connectionId }]);
    const entries = await entriesOf(customerId);
    expect(
      entries.filter(({ actor }: { actor: string }) => actor === 'Grace Hopper').map(({ act }: { act: string }) => act),
    ).toEqual(
      expect.arrayContaining([
        'ticket.made',
        'authorization.begun',
        'authorization.proposed',
        'connection.connected',
        'link.used',
      ]),
    );
    expect(await keptMails(hub, customerId)).toEqual([]);
  });

  test('works in the browser that opened it, and in no other, and not twice', async () => {
    const customerId = await newCustomer(hub);
    const { address } = await start(customerId);
    const [mine, other] = [new GuestBrowser(hub.url), new GuestBrowser(hub.url)];
    await mine.open(address);
    await other.open(address);
    await mine.send('start');

    expect((await other.send('start')).status).toBe(404);
    expect((await mine.open(`${hub.url}/connect`)).title).toBe('Give access to Made-up pretend');
    await signInFromPage(mine, '0');
    await mine.send('confirm');
    expect((await new GuestBrowser(hub.url).open(address)).status).toBe(404);
  });

  test('ends with the API key that asked for it, after ten minutes, and when it is revoked', async () => {
    const customerId = await newCustomer(hub);
    const key = await newKey({});
    const [ofKey, late, revoked] = [
      await start(customerId, {}, key.secret),
      await start(customerId),
      await start(customerId),
    ];
    expect(new Date(ofKey.link.expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(600_000);
    const browser = new GuestBrowser(hub.url);
    await browser.open(ofKey.address);
    await browser.send('start');

    await hub.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: key.id });
    await hub.ask('mutation ($id: ID!) { revokeLink(id: $id) { id } }', { id: revoked.link.id });
    await hub.database.query(`update links set expires_at = now() where id = $1`, [late.link.id]);

    expect((await browser.open(`${hub.url}/connect`)).status).toBe(404);
    for (const { address } of [late, revoked]) expect((await new GuestBrowser(hub.url).open(address)).status).toBe(404);
  });

  test('is for signing in, and takes no values', async () => {
    const customerId = await newCustomer(hub);
    const browser = new GuestBrowser(hub.url);
    await browser.open((await start(customerId)).address);
    await browser.send('start');

    const seen = await browser.send('keys', { method: '3', ...formOf(platform.entered.Assertion) });
    expect([seen.status, seen.text.includes('Account acme')]).toEqual([404, false]);
    expect((await browser.open(`${hub.url}/connect`)).title).toBe('Give access to Made-up pretend');
  });

  test('that renews takes the same account only, says so, and leaves the link of a contact alone', async () => {
    const customerId = await newCustomer(hub);
    await through((await start(customerId)).address);
    const [{ connectionId }] = await linkOf(customerId);
    const contact = await addContact(hub, customerId);
    const mailed = await reconnectLink(hub, connectionId, contact.id);
    const { address } = await start(customerId, { connectionId });
    const browser = new GuestBrowser(hub.url);
    await browser.open(address);
    await browser.send('start');

    expect((await signInFromPage(browser, '0', { account: 'other' })).text).toContain('another account');
    expect((await linkOf(customerId)).find(({ id }: { id: string }) => id === mailed.link.id).state).toBe('MADE');
    expect((await signInFromPage(browser, '0')).title).toBe('Is this the right account?');
    await browser.send('confirm');

    const { facts } = await hub.ask('query ($c: ID) { facts(customerId: $c) { nodes { kind connectionId } } }', {
      c: customerId,
    });
    expect(facts.nodes).toEqual(
      expect.arrayContaining(['CONNECTION_MISMATCHED', 'CONNECTION_RENEWED'].map(kind => ({ kind, connectionId }))),
    );
    expect((await entriesOf(customerId)).map(({ act }: { act: string }) => act)).toEqual(
      expect.arrayContaining(['connection.mismatched', 'credential.renewed']),
    );
  });
});

test.for([
  [{ platform: 'nowhere' }, 'UNKNOWN_PLATFORM', 'input.platform'],
  [{ platform: 'kixie' }, 'PLATFORM_NOT_SUPPORTED', 'input.platform'],
  [{ platform: 'gong' }, 'CONFLICT', 'input.platform'],
  [{ connectionId: '7c9e6679-7425-40de-944b-e07fc1f90ae7' }, 'NOT_FOUND', undefined],
  [{ customerId: '7c9e6679-7425-40de-944b-e07fc1f90ae7' }, 'NOT_FOUND', undefined],
] as const)('no ticket for %j', async ([more, code, field]) => {
  const customerId = await newCustomer(hub);
  const { extensions } = await hub.refused(document, { input: { customerId, platform: 'pretend', ...more } });

  expect(extensions).toMatchObject({ code, remedy: expect.any(String), ...(field && { field }) });
  expect(await linkOf(customerId)).toEqual([]);
});
