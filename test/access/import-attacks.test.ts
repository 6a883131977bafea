/** Tokens of another system that may not become ours, however often and for whomever they are brought. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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
  platform.oauth.setFaults({ next: [], always: 'none' });
  platform.oauth.resetLedger();
});
afterAll(async () => {
  await hub?.close();
  await platform?.close();
});

const document = `mutation ($input: ImportCredentialInput!) { importCredential(input: $input) {
  id accountId health { credential } } }`;
const inputOf = (customerId: string, more: object) => ({ input: { customerId, platform: 'pretend', ...more } });
const bring = async (customerId: string, more: object) =>
  (await hub.ask(document, inputOf(customerId, more))).importCredential;
const refused = async (customerId: string, more: object) => hub.refused(document, inputOf(customerId, more));
const held = (account = `account-${Math.random()}`) => ({
  account,
  refreshToken: platform.oauth.makeGrant({ account }).refreshToken,
});
const refreshes = () => platform.oauth.ledger().filter(({ grantType }) => grantType === 'refresh_token');
const livingOf = (account: string) =>
  platform.oauth.grants().filter(grant => grant.account === account && grant.ended === undefined).length;
const countOf = async (customerId: string) =>
  (await hub.ask('query ($c: ID) { connections(customerId: $c) { totalCount } }', { c: customerId })).connections
    .totalCount;
const setApp = (app: object) =>
  hub.ask('mutation ($i: SetPlatformAppInput!) { setPlatformApp(input: $i) { clientId } }', {
    i: { platform: 'pretend', ...app },
  });
const dayLater = (customerId: string) =>
  hub.database.query(
    `update credential_imports set started_at = started_at - interval '25 hours' where customer_id = $1`,
    [customerId],
  );
const isGone = async (customerId: string) =>
  (
    await hub.database.query('select 1 from credential_imports where customer_id = $1 and sealed is not null', [
      customerId,
    ])
  ).length === 0;
/** Tokens that were refreshed, and then came to nothing. */
async function leftHalfWay(customerId: string) {
  const { account, refreshToken } = held();
  expect((await refused(customerId, { refreshToken, expectedAccountId: 'another' })).extensions.code).toBe('CONFLICT');
  return { account, refreshToken };
}

test('a grant for less than is needed stays refused, however often it is brought', async () => {
  const customerId = await newCustomer(hub);
  const { refreshToken } = held();
  platform.oauth.setFaults({ next: [{ fault: 'changed', fields: { scope: 'users' } }] });
  for (let n = 0; n < 2; n++)
    expect((await refused(customerId, { refreshToken })).extensions).toMatchObject({
      ...{ code: 'PERMISSION_MISSING', remedy: 'Check it there.' },
    });
  expect([refreshes().length, await countOf(customerId)]).toEqual([1, 0]);
});

test('tokens that were spent for one customer are not sent again for another: the first would lose what it has', async () => {
  const [one, other] = [await newCustomer(hub), await newCustomer(hub)];
  const { account, refreshToken } = held();
  await bring(one, { refreshToken });

  expect((await refused(other, { refreshToken })).extensions).toMatchObject({
    ...{ code: 'CONFLICT', field: 'input.customerId', remedy: expect.any(String) },
  });
  expect([refreshes().length, livingOf(account), await countOf(other)]).toEqual([1, 1, 0]);
});

test('tokens that were spent, of a connection that was cut since, say so instead of a connection that is none', async () => {
  const customerId = await newCustomer(hub);
  const { refreshToken } = held();
  const { id } = await bring(customerId, { refreshToken });
  await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id });

  expect((await refused(customerId, { refreshToken })).extensions).toMatchObject({
    ...{
      code: 'CREDENTIAL_REJECTED',
      field: 'input.refreshToken',
      remedy: expect.stringContaining('createConnectLink'),
    },
  });
  expect(refreshes()).toHaveLength(1);
});

test('what nobody went on with for a day is given back, by the app that it came by', async () => {
  const customerId = await newCustomer(hub);
  platform.oauth.setClient('theirs', 'their-secret');
  await setApp({ customerId, clientId: 'theirs', clientSecret: 'their-secret' });
  // That of the house would be turned away.
  await setApp({ clientId: platform.oauth.client.id, clientSecret: 'wrong' });
  const account = 'of-their-app';
  const { refreshToken } = platform.oauth.makeGrant({ account, ...{ clientId: 'theirs' } });
  await refused(customerId, { refreshToken, expectedAccountId: 'another' });
  expect(livingOf(account)).toBe(1);
  await dayLater(customerId);

  await until('it is given back', () => livingOf(account) === 0);
  await hub.ask('mutation { removePlatformApp(platform: "pretend") }');
});

test('but not while the account is connected by the same app: platforms may end that with it', async () => {
  const customerId = await newCustomer(hub);
  const { account } = await leftHalfWay(customerId);
  await hub.ask('mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id } }', {
    input: { customerId, platform: 'pretend', secret: asSecret({ assertion: platform.oauth.makeAssertion(account) }) },
  });
  await dayLater(customerId);

  await until('it is gone here', () => isGone(customerId));
  expect(livingOf(account)).toBe(2);
});

test('a stop of the platform takes what is half way with it', async () => {
  const customerId = await newCustomer(hub);
  const { account, refreshToken } = await leftHalfWay(customerId);
  await hub.ask('mutation { stopPlatform(platform: "pretend", reason: "drill") { id } }');

  await until('it is given back', () => livingOf(account) === 0);
  await until('nothing is left here', () => isGone(customerId));
  await hub.ask('mutation { liftPlatformStop(platform: "pretend") { id } }');
  expect((await refused(customerId, { refreshToken })).extensions.code).toBe('CREDENTIAL_REJECTED');
});
