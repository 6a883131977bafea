import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { beginSignIn, newCustomer } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';

let hub: TestHub;

beforeAll(async () => {
  const env = { PLATFORM_GONG_CLIENT_ID: 'configured', PLATFORM_GONG_CLIENT_SECRET: 'configured-canary' };
  hub = await testHub(env, { resolvers: [SignInResolver] });
});
afterAll(() => hub.close());

const fields = 'platform customerId clientId callbackUrl origin';
const set = (input: object) =>
  hub.ask(`mutation ($input: SetPlatformAppInput!) { setPlatformApp(input: $input) { ${fields} } }`, { input });
const apps = async () => (await hub.ask(`{ platformApps { ${fields} } }`)).platformApps;
const remove = async (customerId?: string) =>
  (await hub.ask('mutation ($c: ID) { removePlatformApp(platform: "gong", customerId: $c) }', { c: customerId }))
    .removePlatformApp;
const appOf = async (customerId: string) => {
  const { url } = await beginSignIn(hub, customerId);
  return [url.searchParams.get('client_id'), url.searchParams.get('redirect_uri')];
};

test('the app of a platform is the configured one, until an administrator sets another; a customer may have its own', async () => {
  const [one, other] = [await newCustomer(hub), await newCustomer(hub)];
  const house = `${hub.url}/oauth/callback/gong`;
  expect(await apps()).toEqual([
    { platform: 'gong', customerId: null, clientId: 'configured', callbackUrl: house, origin: 'CONFIGURED' },
  ]);
  expect(await appOf(one)).toEqual(['configured', house]);

  await set({ platform: 'gong', clientId: 'stored', clientSecret: 'stored-canary' });
  const own = (await set({ platform: 'gong', clientId: 'own', clientSecret: 'own-canary', customerId: one }))
    .setPlatformApp;

  expect(own.callbackUrl).toMatch(new RegExp(`^${house}/[0-9a-f-]{36}$`));
  expect((await apps()).map(({ clientId }: { clientId: string }) => clientId)).toEqual(['stored', 'own']);
  expect(await appOf(one)).toEqual(['own', own.callbackUrl]);
  expect(await appOf(other)).toEqual(['stored', house]);

  await set({ platform: 'gong', clientId: 'stored-anew', clientSecret: 'another-canary' });
  expect(await appOf(other)).toEqual(['stored-anew', house]);
  expect([await remove(one), await remove(), await remove()]).toEqual([true, true, false]);
  expect(await appOf(one)).toEqual(['configured', house]);
});

test('its secret is shown nowhere and lies nowhere in the clear', async () => {
  await set({ platform: 'gong', clientId: 'stored', clientSecret: 'lying-canary' });
  const rows = await hub.database.query<{ row: string }>('select p::text as row from platform_apps p');
  const trail = await hub.database.query<{ row: string }>('select a::text as row from audit_entries a');

  const everything = `${JSON.stringify(await apps())} ${JSON.stringify(rows)} ${JSON.stringify(trail)} ${hub.logged()}`;
  expect(everything).not.toMatch(/canary/);
  expect(everything).not.toContain(Buffer.from('lying-canary').toString('hex'));
  expect(JSON.stringify(trail)).toContain('platform-app.set');
  await remove();
});

test('bad values are refused', async () => {
  const document = 'mutation ($input: SetPlatformAppInput!) { setPlatformApp(input: $input) { clientId } }';
  const refused = async (input: object) => (await hub.refused(document, { input })).extensions;
  const good = { platform: 'gong', clientId: 'app', clientSecret: 'secret' };

  expect(await refused({ ...good, clientSecret: ' ' })).toMatchObject({
    code: 'INVALID_INPUT',
    field: 'input.clientSecret',
  });
  expect(await refused({ ...good, clientId: 'a\nb' })).toMatchObject({
    code: 'INVALID_INPUT',
    field: 'input.clientId',
  });
  expect(await refused({ ...good, platform: 'kixie' })).toMatchObject({ code: 'PLATFORM_NOT_SUPPORTED' });
  expect(await refused({ ...good, platform: 'nobody' })).toMatchObject({ code: 'UNKNOWN_PLATFORM' });
});
