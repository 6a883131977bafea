/** What becomes of a credential at its platform when its connection is cut. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  platform.onRevoke = undefined;
  platform.oauth.onStep(undefined);
  platform.oauth.setRules({ accessSeconds: 3_600 });
});
afterAll(async () => {
  await hub?.close();
  await platform?.close();
});

/** An account that only this test knows. */
async function connect(
  label: 'Assertion' | 'Client credentials' = 'Assertion',
  account = `account-${Math.random()}`,
  owner?: string,
) {
  const customerId = owner ?? (await newCustomer(hub));
  const values = label === 'Assertion' ? { assertion: platform.oauth.makeAssertion(account) } : platform.entered[label];
  const { connectWithSecret } = await hub.ask(
    'mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id revocation { state } } }',
    { input: { customerId, platform: 'pretend', secret: asSecret(values) } },
  );
  expect(connectWithSecret.revocation).toBeNull();
  return { customerId, id: connectWithSecret.id as string, account, values };
}
const disconnect = async (id: string) =>
  (
    await hub.ask(
      'mutation ($id: ID!) { disconnect(connectionId: $id) { health { credential } revocation { state remedy } } }',
      {
        id,
      },
    )
  ).disconnect;
const revocationOf = async (id: string) =>
  (await hub.ask('query ($id: ID!) { connection(id: $id) { revocation { state remedy } } }', { id })).connection
    .revocation;
const livingOf = (account: string) =>
  platform.oauth.grants().filter(grant => grant.account === account && grant.ended === undefined).length;
const queued = async (id: string) =>
  (await hub.database.query('select 1 from revocations where connection_id = $1', [id])).length;
const outcomes = async (customerId: string) =>
  (
    await hub.ask('query ($c: ID) { auditEntries(customerId: $c) { nodes { act details } } }', { c: customerId })
  ).auditEntries.nodes.filter(({ act }: { act: string }) => act === 'credential.revoked');

describe('a connection that is cut', () => {
  test('is revoked at its platform after the commit, again and again until that answers, and then nothing is left here', async () => {
    const { id, customerId, account } = await connect();
    let asked = 0;
    platform.onRevoke = () => (++asked <= 1 ? 503 : undefined);

    expect(await disconnect(id)).toEqual({
      ...{ health: { credential: 'DISCONNECTED' }, revocation: { state: 'WAITING', remedy: null } },
    });
    const [{ sealed }] = (await hub.database.query('select sealed from credentials where connection_id = $1', [
      id,
    ])) as [{ sealed: Buffer }];
    expect(sealed).toHaveLength(0);

    await until('it is revoked', async () => (await revocationOf(id)).state === 'REVOKED');
    expect([asked, livingOf(account), await queued(id)]).toEqual([2, 0, 0]);
    expect(await outcomes(customerId)).toMatchObject([{ details: { atThePlatform: 'revoked' } }]);
  });

  test('says what is left to do when the platform does not revoke, or cannot', async () => {
    const [dead, key] = [await connect(), await connect('Client credentials')];
    platform.onRevoke = () => 503;
    await disconnect(dead.id);
    await hub.database.query('update revocations set attempts = 8, again_at = now() where connection_id = $1', [
      dead.id,
    ]);

    const failed = await until('it is given up', async () => {
      const revocation = await revocationOf(dead.id);
      return revocation.state === 'FAILED' && revocation;
    });
    expect(failed.remedy).toContain('removes the access of this hub there');
    expect([await queued(dead.id), livingOf(dead.account)]).toEqual([0, 1]);

    expect((await disconnect(key.id)).revocation).toEqual({
      ...{ state: 'NOT_OFFERED', remedy: expect.stringContaining('deletes the key there') },
    });
  });

  test('says that it failed, and not that there is a key to delete, when the app is gone that it came by', async () => {
    const customerId = await newCustomer(hub);
    platform.oauth.setClient('theirs', 'their-secret');
    const app = { platform: 'pretend', customerId, clientId: 'theirs', clientSecret: 'their-secret' };
    await hub.ask('mutation ($i: SetPlatformAppInput!) { setPlatformApp(input: $i) { clientId } }', { i: app });
    const { id } = await connect('Assertion', 'of-their-app', customerId);
    platform.onRevoke = () => 503;
    await disconnect(id);
    const remove = 'mutation ($c: ID) { removePlatformApp(platform: "pretend", customerId: $c) }';
    await hub.ask(remove, { c: customerId });
    await hub.database.query('update revocations set attempts = 8, again_at = now() where connection_id = $1', [id]);

    const end = await until('it is given up', async () => {
      const revocation = await revocationOf(id);
      return revocation.state !== 'WAITING' && revocation;
    });
    expect(end).toMatchObject({ state: 'FAILED', remedy: expect.stringContaining('removes the access of this hub') });
  });

  test('and connected again before its platform could revoke is not revoked any more: that may end both', async () => {
    const { id, customerId, account, values } = await connect();
    platform.onRevoke = () => 503;
    await disconnect(id);
    await hub.ask('mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id } }', {
      input: { customerId, platform: 'pretend', secret: asSecret(values) },
    });
    platform.onRevoke = undefined;
    await hub.database.query('update revocations set again_at = now() where connection_id = $1', [id]);

    await until('it is over', async () => (await queued(id)) === 0);
    expect(livingOf(account)).toBe(2);
    expect(await outcomes(customerId)).toMatchObject([{ details: { atThePlatform: 'in use' } }]);
  });

  test('forgets it all when the account is connected again', async () => {
    const { id, customerId, values } = await connect();
    await disconnect(id);
    await until('it is revoked', async () => (await revocationOf(id)).state === 'REVOKED');
    await hub.ask('mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id } }', {
      input: { customerId, platform: 'pretend', secret: asSecret(values) },
    });

    expect(await revocationOf(id)).toBeNull();
  });
});

test.for(['disconnected', 'stopped'] as const)(
  'tokens that a refresh brings when the connection has been %s meanwhile are revoked',
  async how => {
    const { id, account, customerId } = await connect();
    const [arrived, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    platform.oauth.onStep(when => {
      if (when !== 'arrived') return undefined;
      arrived.resolve();
      return goOn.promise;
    });
    await hub.database.query('update credentials set due_at = now() where connection_id = $1', [id]);
    await arrived.promise;

    if (how === 'disconnected') await disconnect(id);
    else await hub.ask('mutation { stopPlatform(platform: "pretend", reason: "drill") { id } }');
    goOn.resolve();

    await until('the late token came and is revoked', async () => {
      const acts = (
        await hub.ask('query ($c: ID) { auditEntries(customerId: $c) { nodes { act } } }', { c: customerId })
      ).auditEntries.nodes.map(({ act }: { act: string }) => act);
      return acts.includes('credential.late') && (await queued(id)) === 0 && livingOf(account) === 0;
    });
    if (how === 'stopped') await hub.ask('mutation { liftPlatformStop(platform: "pretend") { id } }');
  },
);
