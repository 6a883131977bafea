/** Tokens that another system holds become ours, whatever goes wrong on the way. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PretendPlatform, startPretendPlatform } from '../kit/pretend-platform.js';
import { newCustomer } from '../kit/sign-in.js';

let platform: PretendPlatform;
let hub: TestHub;

beforeAll(async () => {
  platform = await startPretendPlatform();
  hub = await testHub(platform.env, { platformFolders: [platform.folder] });
});
beforeEach(() => {
  platform.onLook = undefined;
  platform.oauth.setFaults({ next: [], always: 'none' });
  platform.oauth.resetLedger();
});
afterAll(async () => {
  await hub?.close();
  await platform?.close();
});

const document = `mutation ($input: ImportCredentialInput!) { importCredential(input: $input) {
  id accountId createdBy health { credential } } }`;
const inputOf = (customerId: string, more: object) => ({ input: { customerId, platform: 'pretend', ...more } });
const bring = async (customerId: string, more: object) =>
  (await hub.ask(document, inputOf(customerId, more))).importCredential;
/** What another system holds. */
const held = (account = 'acme') => {
  const { accessToken, refreshToken } = platform.oauth.makeGrant({ account });
  return { accessToken, refreshToken };
};
const refreshes = () => platform.oauth.ledger().filter(({ grantType }) => grantType === 'refresh_token');
const connectionsOf = async (customerId: string) =>
  (await hub.ask('query ($c: ID) { connections(customerId: $c) { nodes { id accountId } } }', { c: customerId }))
    .connections.nodes;
const actsOf = async (customerId: string): Promise<string[]> =>
  (
    await hub.ask('query ($c: ID) { auditEntries(customerId: $c, first: 50) { nodes { act } } }', { c: customerId })
  ).auditEntries.nodes.map(({ act }: { act: string }) => act);

describe('tokens of another system', () => {
  test('are looked at, refreshed once and ours; brought again they are the same connection', async () => {
    const customerId = await newCustomer(hub);
    const tokens = held();

    const connection = await bring(customerId, { ...tokens, expectedAccountId: 'acme' });

    expect(connection).toMatchObject({ accountId: 'acme', health: { credential: 'VALID' } });
    expect(await bring(customerId, tokens)).toEqual(connection);
    expect(refreshes()).toHaveLength(1);
    expect(await actsOf(customerId)).toEqual([
      ...['credential.imported', 'connection.connected', 'credential.import-begun', 'customer.created'],
    ]);
    const [kept] = await hub.database.query<{ due: boolean }>(
      'select due_at is not null and fingerprint is not null as due from credentials where connection_id = $1',
      [connection.id],
    );
    expect(kept).toEqual({ due: true });
    const [row] = await hub.database.query('select status, sealed from credential_imports where customer_id = $1', [
      customerId,
    ]);
    expect(row).toEqual({ status: 'done', sealed: null });
  });

  test('need no access token, or have one that has ended', async () => {
    const [one, other] = [await newCustomer(hub), await newCustomer(hub)];

    expect(await bring(one, { refreshToken: held().refreshToken })).toMatchObject({ accountId: 'acme' });
    expect(await bring(other, { ...held(), accessToken: 'has-ended' })).toMatchObject({ accountId: 'acme' });
  });

  test('of another account than the expected one are not spent, and nothing is stored', async () => {
    const customerId = await newCustomer(hub);
    const tokens = held('other');
    const { message, extensions } = await hub.refused(
      document,
      inputOf(customerId, { ...tokens, expectedAccountId: 'acme' }),
    );

    expect(message).toContain('another account');
    expect(extensions).toMatchObject({
      ...{ code: 'CONFLICT', field: 'input.expectedAccountId', remedy: expect.stringContaining('Nothing was spent') },
    });
    expect([refreshes().length, await connectionsOf(customerId)]).toEqual([0, []]);
    expect(await actsOf(customerId)).toContain('credential.import-failed');
    expect(await bring(customerId, tokens)).toMatchObject({ accountId: 'other' });
  });

  test('whose refresh was carried out, though nothing after it was, go on from there', async () => {
    const customerId = await newCustomer(hub);
    const tokens = { refreshToken: held().refreshToken };
    await hub.database.query(`create function fail_once() returns trigger language plpgsql as
      $$ begin raise exception 'The database says no.'; end $$`);
    await hub.database.query(
      'create trigger fail_once before insert on connections for each row execute function fail_once()',
    );
    await hub.refused(document, inputOf(customerId, tokens));
    expect(await connectionsOf(customerId)).toEqual([]);
    await hub.database.query('drop trigger fail_once on connections');

    expect(await bring(customerId, tokens)).toMatchObject({ accountId: 'acme', health: { credential: 'VALID' } });
    expect(refreshes()).toHaveLength(1);
  });

  test('of the wrong account, found only after the refresh, can be brought again as what they are', async () => {
    const customerId = await newCustomer(hub);
    const tokens = { refreshToken: held('other').refreshToken };
    const { extensions } = await hub.refused(document, inputOf(customerId, { ...tokens, expectedAccountId: 'acme' }));

    expect(extensions).toMatchObject({ code: 'CONFLICT', remedy: expect.stringContaining('kept sealed for a day') });
    expect(await connectionsOf(customerId)).toEqual([]);
    expect(await bring(customerId, { ...tokens, expectedAccountId: 'other' })).toMatchObject({ accountId: 'other' });
    expect(refreshes()).toHaveLength(1);
  });

  test('whose answer was lost are sent once more, and a platform that takes them once only says so', async () => {
    const customerId = await newCustomer(hub);
    const tokens = { refreshToken: held().refreshToken };
    platform.oauth.setFaults({ next: [{ fault: 'cut', acted: true }] });

    const first = await hub.refused(document, inputOf(customerId, tokens));
    expect(first.extensions).toMatchObject({
      ...{ code: 'PLATFORM_UNREACHABLE', remedy: expect.stringContaining('may be spent') },
    });
    const second = await hub.refused(document, inputOf(customerId, tokens));
    expect(second.extensions).toMatchObject({
      ...{
        code: 'CREDENTIAL_REJECTED',
        field: 'input.refreshToken',
        remedy: expect.stringContaining('createConnectLink'),
      },
    });
    expect([refreshes().length, await connectionsOf(customerId)]).toEqual([2, []]);
  });
});

test.for([
  ['a token that nobody knows', { refreshToken: 'made-up' }, 'CREDENTIAL_REJECTED'],
  ['a token with a line break', { refreshToken: 'made\nup' }, 'INVALID_INPUT'],
  ['a way in that is no sign-in', { refreshToken: 'made-up', method: 'Assertion' }, 'INVALID_INPUT'],
  ['a platform without an app', { refreshToken: 'made-up', platform: 'gong' }, 'CONFLICT'],
  ['a platform that is not there', { refreshToken: 'made-up', platform: 'nowhere' }, 'UNKNOWN_PLATFORM'],
] as const)('%s is refused, with what to do', async ([, more, code]) => {
  const customerId = await newCustomer(hub);
  const { extensions } = await hub.refused(document, inputOf(customerId, more));

  expect(extensions).toMatchObject({ code, remedy: expect.any(String) });
  expect(await connectionsOf(customerId)).toEqual([]);
  expect(hub.logged()).not.toContain('made-up');
});
