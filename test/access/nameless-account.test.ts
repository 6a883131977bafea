/** Platforms that do not name their accounts: what stands for them, and what is left when nothing does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playConsent } from '../kit/consent.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type Played, playedPlatforms, type PlatformSandbox, startPlatformSandbox } from '../kit/platforms.js';
import { beginSignIn, comeBack, confirmSignIn, newCustomer } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { connectGong, startImport, watchToEnd } from '../kit/trip.js';

const nameless = (await playedPlatforms()).filter(({ simulator }) => simulator.quirks?.['public-mail'] !== undefined);
const accounts = {
  strangers: { quirks: ['public-mail'] },
  others: { quirks: ['public-mail'] },
  moving: { quirks: ['moves-domain'] },
  company: { quirks: [] },
};

let hub: TestHub;
let gong: GongAccounts;
const sandboxes = new Map<string, PlatformSandbox>();

beforeAll(async () => {
  gong = await startGongAccounts();
  for (const platform of nameless)
    sandboxes.set(platform.id, await startPlatformSandbox(platform, { calls: 6, quirks: ['public-mail'], accounts }));
  const env = Object.assign({}, gong.env, ...[...sandboxes.values()].map(sandbox => sandbox.env));
  hub = await testHub(env as Record<string, string>, { resolvers: [SignInResolver] });
});
afterAll(async () => {
  await hub?.close();
  await gong?.close();
  await Promise.all([...sandboxes.values()].map(sandbox => sandbox.close()));
});

const fields = 'id accountId accountName health { credential }';
const connecting = `mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { ${fields} } }`;

describe.each(nameless)('$id', ({ id: platform, connector }: Played) => {
  /** What stands on the first form, with the ending of another key. */
  const inputFor = (customerId: string, ending = '', connectionId?: string) => {
    const secret = Object.entries(sandbox().secret).map(([name, value]) => ({ name, value: value + ending }));
    return { customerId, platform, secret, ...(connectionId !== undefined && { connectionId }) };
  };
  const connect = async (customerId: string, ending?: string, connectionId?: string) =>
    (await hub.ask(connecting, { input: inputFor(customerId, ending, connectionId) })).connectWithSecret;
  const sandbox = () => sandboxes.get(platform) as PlatformSandbox;
  const signIn = async (customerId: string, account: string, connectionId?: string) => {
    sandbox().oauth?.allowRedirect(`${hub.url}/oauth/callback/${platform}`);
    const begun = await beginSignIn(hub, customerId, { platform, ...(connectionId !== undefined && { connectionId }) });
    const back = await playConsent(begun.url.href, { account });
    await comeBack(hub, back.searchParams, { browser: begun.browser, path: platform });
    const id = await confirmSignIn(hub, begun);
    return (await hub.ask(`query ($id: ID!) { connection(id: $id) { ${fields} } }`, { id })).connection;
  };

  test('addresses that anybody gets name no account: each connection is one of its own, and its quota too', async () => {
    const [customerId, other] = [await newCustomer(hub), await newCustomer(hub)];
    const first = await connect(customerId);
    const signedIn = await signIn(other, 'strangers');
    const third = await signIn(other, 'others');

    const ids = [first, signedIn, third].map(({ accountId }) => accountId);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^own-/);
    expect(first.accountName).toContain(connector.manifest.name);
    expect((await connect(customerId)).id).toBe(first.id);
    const { sharedAccounts } = await hub.ask('{ sharedAccounts { accountId } }');
    expect(sharedAccounts.filter((shared: { accountId: string }) => ids.includes(shared.accountId))).toEqual([]);
  });

  test('a new key of such an account renews the connection that is named, and is another one where none is', async () => {
    const customerId = await newCustomer(hub);
    const first = await connect(customerId);
    const renewed = await connect(customerId, '-2', first.id);
    const other = await connect(customerId, '-3');

    expect(renewed).toEqual({ ...first, health: { credential: 'VALID' } });
    expect(other.id).not.toBe(first.id);
    const seen = await watchToEnd(hub, await startImport(hub, sandbox(), renewed.id));
    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 6 });
  });

  test('whoever signs in again to renew such a connection keeps it', async () => {
    const customerId = await newCustomer(hub);
    const first = await signIn(customerId, 'strangers');

    expect(await signIn(customerId, 'strangers', first.id)).toEqual(first);
  });

  test('a company that moves to another domain keeps its connection, and one that has its domain is the same', async () => {
    const customerId = await newCustomer(hub);
    const first = await signIn(customerId, 'moving');
    expect(first.accountId).toBe('moving.example');
    expect((await signIn(customerId, 'moving')).id).toBe(first.id);

    sandbox().reveal();

    expect(await signIn(customerId, 'moving', first.id)).toMatchObject({ id: first.id, accountId: 'moving.example' });
  });

  test('a company is not taken for what has no name', async () => {
    const customerId = await newCustomer(hub);
    const company = await signIn(customerId, 'company');

    const { extensions } = await hub.refused(connecting, { input: inputFor(customerId, '', company.id) });

    expect(extensions).toMatchObject({ code: 'CONFLICT', field: 'input.secret' });
  });
});

test('values that open another account than that of the connection to be renewed are refused, and nothing is stored', async () => {
  const customerId = await newCustomer(hub);
  const [one, other] = [await gong.open({ calls: 1 }), await gong.open({ calls: 1 })];
  const { id: connectionId } = await connectGong(hub, one, customerId);
  const secret = Object.entries(other.secret).map(([name, value]) => ({ name, value }));

  const { extensions } = await hub.refused(connecting, {
    input: { customerId, platform: 'gong', secret, connectionId },
  });

  expect(extensions).toMatchObject({ code: 'CONFLICT', remedy: expect.stringContaining('Nothing was stored') });
  const { connections } = await hub.ask('query ($c: ID) { connections(customerId: $c) { totalCount } }', {
    c: customerId,
  });
  expect(connections.totalCount).toBe(1);
  const strange = { customerId: await newCustomer(hub), platform: 'gong', secret, connectionId };
  expect((await hub.refused(connecting, { input: strange })).extensions).toMatchObject({ code: 'NOT_FOUND' });
});
