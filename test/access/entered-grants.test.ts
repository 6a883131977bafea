/** Ways in by values that bring tokens without a sign-in: an app of the customer's own, client credentials, an assertion. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addContact, connectLink, formOf, reconnectLink, verifiedGuest } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { asSecret, type PretendPlatform, startPretendPlatform } from '../kit/pretend-platform.js';
import { newCustomer } from '../kit/sign-in.js';
import { until } from '../kit/until.js';

let platform: PretendPlatform;
let hub: TestHub;

beforeAll(async () => {
  platform = await startPretendPlatform();
  hub = await testHub(platform.env, { platformFolders: [platform.folder] });
});
beforeEach(() => {
  platform.onLook = undefined;
  platform.oauth.setRules({ accessSeconds: 3_600, toldAccessSeconds: undefined });
  platform.oauth.setFaults({ next: [], always: 'none' });
});
afterAll(async () => {
  await hub?.close();
  await platform?.close();
});

const document = `mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) {
  id accountId accountName health { credential } } }`;
const inputOf = (customerId: string, values: Readonly<Record<string, string>>, more: object = {}) => ({
  input: { customerId, platform: 'pretend', secret: asSecret(values), ...more },
});
async function connect(customerId: string, values: Readonly<Record<string, string>>, more: object = {}) {
  return (await hub.ask(document, inputOf(customerId, values, more))).connectWithSecret;
}
const credentialOf = async (connectionId: string) =>
  (
    await hub.database.query<{ epoch: number; sealed: Buffer; due_at: Date | null; fingerprint: Buffer | null }>(
      'select epoch, sealed, due_at, fingerprint from credentials where connection_id = $1',
      [connectionId],
    )
  )[0];
const countOf = async (customerId: string) =>
  (await hub.ask('query ($c: ID) { connections(customerId: $c) { totalCount } }', { c: customerId })).connections
    .totalCount;

describe.for(['Server-to-server app', 'Client credentials', 'Assertion'] as const)('%s', label => {
  test('connects, and keeps tokens fresh by what was entered', async () => {
    const customerId = await newCustomer(hub);
    platform.oauth.setRules({ accessSeconds: 2 });
    platform.oauth.resetLedger();

    const connection = await connect(customerId, platform.entered[label]);

    expect(connection).toMatchObject({
      accountId: 'acme',
      accountName: 'Account acme',
      health: { credential: 'VALID' },
    });
    const [first] = platform.oauth.ledger();
    expect(first).toMatchObject({ clientIn: 'basic', outcome: 'issued' });
    await until('tokens are renewed', async () => ((await credentialOf(connection.id))?.epoch ?? 0) >= 2);
    expect(new Set(platform.oauth.ledger().map(({ grantType }) => grantType))).toEqual(new Set([first?.grantType]));
    await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: connection.id });
  });

  test('connects on the page, after a look at the account', async () => {
    const customerId = await newCustomer(hub);
    const contact = await addContact(hub, customerId);
    const { address } = await connectLink(hub, customerId, contact.id, 'pretend');
    const guest = await verifiedGuest(hub, customerId, address);
    const at =
      new RegExp(`<h2 lang="en">${label}</h2>.*?name="method" value="(\\d)"`, 's').exec(guest.page.text)?.[1] ?? '';

    const asked = await guest.send('keys', { method: at, ...formOf(platform.entered[label]) });

    expect(asked.title).toBe('Is this the right account?');
    expect(asked.text).toContain('Account acme');
    expect(await countOf(customerId)).toBe(0);

    expect((await guest.send('confirm')).title).toBe('Connected');
    const { connections } = await hub.ask('query ($c: ID) { connections(customerId: $c) { nodes { id accountId } } }', {
      c: customerId,
    });
    expect(connections.nodes).toMatchObject([{ accountId: 'acme' }]);
    expect(await credentialOf(connections.nodes[0].id)).toMatchObject({
      ...{ epoch: 1, due_at: expect.any(Date), fingerprint: expect.any(Buffer) },
    });
  });
});

test('an account that is not the expected one is given back; of one that lives here, nothing is revoked', async () => {
  const customerId = await newCustomer(hub);
  const values = { assertion: platform.oauth.makeAssertion('one') };
  const { id } = await connect(customerId, values);
  const before = await credentialOf(id);
  const contact = await addContact(hub, customerId);
  const living = (of: string) =>
    platform.oauth.grants().filter(({ account, ended }) => account === of && ended === undefined).length;

  const other = await verifiedGuest(hub, customerId, (await reconnectLink(hub, id, contact.id)).address);
  const refused = await other.send('keys', {
    method: '3',
    ...formOf({ assertion: platform.oauth.makeAssertion('two') }),
  });
  expect(refused.text).toContain('This is another account');
  await until('it to be given back', () => living('two') === 0);

  expect((await other.send('keys', { method: '3', ...formOf(values) })).title).toBe('Is this the right account?');
  expect(living('one')).toBe(2);
  await other.send('reject');
  // Platforms may end all that an app has of an account when one token of it is revoked.
  expect(living('one')).toBe(2);
  expect(await credentialOf(id)).toEqual(before);
});

test('what was entered, and is being asked about when the platform is stopped, is given back and destroyed', async () => {
  const customerId = await newCustomer(hub);
  const contact = await addContact(hub, customerId);
  const { address } = await connectLink(hub, customerId, contact.id, 'pretend');
  const guest = await verifiedGuest(hub, customerId, address);
  const assertion = platform.oauth.makeAssertion('asked about');
  await guest.send('keys', { method: '3', ...formOf({ assertion }) });
  expect(guest.page.title).toBe('Is this the right account?');
  const isAlive = () =>
    platform.oauth.grants().some(({ account, ended }) => account === 'asked about' && ended === undefined);
  expect(isAlive()).toBe(true);

  await hub.ask('mutation { stopPlatform(platform: "pretend", reason: "drill") { id } }');

  await until('it is given back', () => !isAlive());
  await until('nothing of it is here', async () => {
    const kept = 'select 1 from link_visits where customer_id = $1 and sealed is not null';
    return (await hub.database.query(kept, [customerId])).length === 0;
  });
  await hub.ask('mutation { liftPlatformStop(platform: "pretend") { id } }');
  expect((await guest.send('confirm')).title).toBe('Give access to Made-up pretend');
});

test('a token that ends while its account is looked up is renewed', async () => {
  platform.oauth.setRules({ accessSeconds: 1 });
  let looks = 0;
  platform.onLook = async () => {
    if (++looks > 1) return;
    platform.oauth.setRules({ accessSeconds: 3_600 });
    await sleep(1_100);
  };
  const { id } = await connect(await newCustomer(hub), platform.entered.Assertion);

  // Two for the account, one for the first page of its calls.
  expect(looks).toBe(3);
  expect(await credentialOf(id)).toMatchObject({ epoch: 1 });
});

describe('what cannot be used is refused, with what to do, and nothing is stored', () => {
  const good = () => platform.entered;
  const cases: [what: string, () => object, { code: string; field?: string; remedy: string }][] = [
    [
      'values that the platform does not know',
      () => inputOf('', { assertion: 'made-up' }),
      { code: 'CREDENTIAL_REJECTED', field: 'input.secret', remedy: 'Check it there.' },
    ],
    [
      'an account that the app is not of',
      () => inputOf('', { ...good()['Server-to-server app'], account_id: 'foreign' }),
      { code: 'CREDENTIAL_REJECTED', field: 'input.secret', remedy: 'Check it there.' },
    ],
    [
      'an app that the platform does not know',
      () => inputOf('', { client_id: 'own-client', client_secret: 'wrong' }),
      { code: 'CREDENTIAL_REJECTED', field: 'input.secret', remedy: 'Check it there.' },
    ],
    [
      'other values than are asked for',
      () => inputOf('', { assertion: 'a', client_id: 'b' }),
      { code: 'INVALID_INPUT', field: 'input.secret', remedy: '`assertion`' },
    ],
    [
      'a way in that is not there',
      () => inputOf('', good().Assertion, { method: 'Sign in' }),
      { code: 'INVALID_INPUT', field: 'input.method', remedy: 'Assertion' },
    ],
  ];
  test.for(cases)('%s', async ([, make, { remedy, ...expected }]) => {
    const customerId = await newCustomer(hub);
    const { input } = make() as { input: object };
    const { extensions } = await hub.refused(document, { input: { ...input, customerId } });

    expect(extensions).toMatchObject({ ...expected, remedy: expect.stringContaining(remedy) });
    expect(await countOf(customerId)).toBe(0);
  });

  test.for([
    ['error503', 'PLATFORM_UNREACHABLE'],
    ['ok-html', 'PLATFORM_CHANGED'],
    ['too-many', 'PLATFORM_BUSY'],
    ['invalid-client', 'CONFLICT'],
  ] as const)('a token endpoint that answers %s', async ([fault, code]) => {
    platform.oauth.setFaults({ always: fault });
    const customerId = await newCustomer(hub);
    const { extensions } = await hub.refused(document, inputOf(customerId, platform.entered.Assertion));

    expect(extensions).toMatchObject({ code, remedy: expect.stringMatching(/nothing was stored|try again/i) });
    expect(await countOf(customerId)).toBe(0);
  });

  test('a grant for less than is needed, which is given back', async () => {
    platform.oauth.setFaults({ always: { fault: 'changed', fields: { scope: 'users' } } });
    const customerId = await newCustomer(hub);
    const { message, extensions } = await hub.refused(document, inputOf(customerId, platform.entered.Assertion));

    expect([message, extensions.code]).toEqual([
      ...['Made-up pretend granted less than is needed: calls is missing.', 'PERMISSION_MISSING'],
    ]);
    expect(platform.oauth.grants().at(-1)?.ended).toBeDefined();
  });
});
