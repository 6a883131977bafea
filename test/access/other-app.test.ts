/** A hub that comes back with another app in its environment than the one that its connections came by. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { ask } from '../kit/client.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PretendPlatform, startPretendPlatform } from '../kit/pretend-platform.js';
import { playConsent } from '../kit/consent.js';
import { beginSignIn, comeBack, newCustomer, signInOf } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { until } from '../kit/until.js';

let platform: PretendPlatform;
let hub: TestHub;
let options: { platformFolders: readonly URL[] };

beforeAll(async () => {
  platform = await startPretendPlatform();
  platform.oauth.setClient('other-client', 'other-secret');
  options = { platformFolders: [platform.folder] };
  hub = await testHub({ ...platform.env, PATCHBAY_ROLE: 'api' }, { ...options, resolvers: [SignInResolver] });
  platform.oauth.allowRedirect(`${hub.url}/oauth/callback/pretend`);
});
afterAll(async () => {
  await hub?.close();
  await platform?.close();
});

const again = (app: object = {}): Promise<Hub> =>
  openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'all', ...app }), { log: openLog('silent'), ...options });
const other = { PLATFORM_PRETEND_CLIENT_ID: 'other-client', PLATFORM_PRETEND_CLIENT_SECRET: 'other-secret' };
const makeDue = (id: string) =>
  hub.database.query(`update credentials set due_at = clock_timestamp(), retry_at = null where connection_id = $1`, [
    id,
  ]);
const healthOf = async (id: string) =>
  (
    await hub.ask(
      'query ($id: ID!) { connection(id: $id) { health { credential refreshedAt refreshProblem { code } } } }',
      { id },
    )
  ).connection.health;

test('its connections are not taken for dead: nothing is sent by the wrong app, and the right one goes on', async () => {
  const customerId = await newCustomer(hub);
  const { refreshToken } = platform.oauth.makeGrant({ account: 'acme' });
  const { importCredential } = await hub.ask(
    'mutation ($i: ImportCredentialInput!) { importCredential(input: $i) { id } }',
    { i: { customerId, platform: 'pretend', refreshToken } },
  );
  const { id } = importCredential;
  const before = await healthOf(id);
  platform.oauth.resetLedger();

  const changed = await again(other);
  await makeDue(id);
  const told = await until('the refresh to come to something', async () => {
    const health = await healthOf(id);
    return (health.refreshProblem !== null || health.credential !== 'VALID') && health;
  });
  expect(told).toEqual({ ...before, refreshProblem: { code: 'APP_REFUSED' } });
  expect(platform.oauth.ledger()).toEqual([]);
  const { client } = platform.oauth;
  const back = { platform: 'pretend', clientId: client.id, clientSecret: client.secret };
  const document = 'mutation ($i: SetPlatformAppInput!) { setPlatformApp(input: $i) { clientId } }';
  await ask(changed.url as string, hub.adminKey, document, { i: back });

  await makeDue(id);
  await until('it is refreshed', async () => (await healthOf(id)).refreshedAt !== before.refreshedAt);
  expect(await healthOf(id)).toMatchObject({ credential: 'VALID', refreshProblem: null });
  await changed.close();
  await hub.ask('mutation { removePlatformApp(platform: "pretend") }');
});

test('somebody who was at the platform meanwhile begins again, and the other app gets no code to see', async () => {
  const begun = await beginSignIn(hub, await newCustomer(hub), { platform: 'pretend' });
  const code = (await playConsent(begun.url.href)).searchParams.get('code') ?? '';
  platform.oauth.resetLedger();

  const changed = await again({ ...other, PATCHBAY_ROLE: 'api' });
  await comeBack({ url: changed.url as string }, { state: begun.state, code }, { ...begun, path: 'pretend' });
  await changed.close();

  expect((await signInOf(hub, begun.browser)).problem).toMatchObject({ code: 'APP_CHANGED', remedy: 'Start again.' });
  expect(platform.oauth.ledger()).toEqual([]);
});
