/** What RingCentral refuses, and what a customer is told: by a hub, through the public API. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SimulatedBearer } from '#connector';
import connector from '../../connections/ringcentral/connector.js';
import ringcentral from '../../connections/ringcentral/simulator.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PlatformSandbox, startPlatformSandbox } from '../kit/platforms.js';
import { newCustomer } from '../kit/sign-in.js';
import { startImport, watchToEnd } from '../kit/trip.js';

let hub: TestHub;
let sandbox: PlatformSandbox;
/** Who stands behind every token. */
let bearer: SimulatedBearer;

const all = ringcentral.oauth?.scopes ?? [];
const without = (scope: string): SimulatedBearer => ({
  state: 'live',
  grant: { account: 'sandbox', person: 'admin', scopes: all.filter(one => one !== scope) },
});

beforeAll(async () => {
  sandbox = await startPlatformSandbox(
    { id: 'ringcentral', connector, simulator: ringcentral },
    { calls: 120, limits: 'off', oauth: { look: () => bearer } },
  );
  hub = await testHub({ ...sandbox.env, PLATFORM_RINGCENTRAL_LIMITS: 'off' });
});
afterAll(async () => {
  await hub?.close();
  await sandbox?.close();
});

const connect = `mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id } }`;
async function inputFor() {
  const secret = Object.entries(sandbox.secret).map(([name, value]) => ({ name, value }));
  return { input: { customerId: await newCustomer(hub), platform: 'ringcentral', secret } };
}

describe('a connection is refused, with what to do in the words of the screens', () => {
  const user: SimulatedBearer = { state: 'live', grant: { account: 'sandbox', person: 'user', scopes: all } };

  test.each([
    ['whose user may not see the log of the company', user, 'PERMISSION_MISSING', /Company Call Log.*Users > Roles/],
    ['whose app may not read the log', without('ReadCallLog'), 'PERMISSION_MISSING', /Read Call Log/],
    ['whose app may not read the account', without('ReadAccounts'), 'PERMISSION_MISSING', /Read Accounts/],
  ])('%s', async (_what, of, code, remedy) => {
    bearer = of;

    const { extensions } = await hub.refused(connect, await inputFor());

    expect(extensions).toMatchObject({ code, remedy: expect.stringMatching(remedy) });
  });

  test('whose JWT credential is not known', async () => {
    const { input } = await inputFor();
    const secret = input.secret.map(({ name, value }) => ({
      name,
      value: name === 'assertion' ? 'made.up.jwt' : value,
    }));

    const { extensions } = await hub.refused(connect, { input: { ...input, secret } });

    expect(extensions).toMatchObject({ code: 'CREDENTIAL_REJECTED', remedy: expect.stringContaining('Credentials') });
  });
});

test('a log that is too long for RingCentral to count comes home whole', async () => {
  bearer = without('');
  const long = await startPlatformSandbox(
    { id: 'ringcentral', connector, simulator: ringcentral },
    { calls: 2_100, limits: 'off', oauth: { look: () => bearer } },
  );
  const other = await testHub({ ...long.env, PLATFORM_RINGCENTRAL_LIMITS: 'off' });
  onTestFinished(async () => {
    await other.close();
    await long.close();
  });
  const secret = Object.entries(long.secret).map(([name, value]) => ({ name, value }));
  const customerId = await newCustomer(other);
  const { connectWithSecret } = await other.ask(connect, { input: { customerId, platform: 'ringcentral', secret } });
  long.resetLedger();

  const { startImport: started } = await other.ask(
    'mutation ($input: StartImportInput!) { startImport(input: $input) { id } }',
    { input: { connectionId: connectWithSecret.id, ...long.window, withTranscripts: false } },
  );
  const last = (await watchToEnd(other, started.id)).at(-1);

  expect(last).toMatchObject({ status: 'COMPLETED', found: 2_100, stored: 2_100 });
  expect(long.ledger().map(({ query }) => query.page)).toEqual([undefined, undefined, '2', '3']);
});

test('without the right to transcripts all calls come home, at the cost of a few refusals', async () => {
  bearer = without('RingSense');
  const { connectWithSecret } = await hub.ask(connect, await inputFor());
  sandbox.resetLedger();

  const importId = await startImport(hub, sandbox, connectWithSecret.id);
  const last = (await watchToEnd(hub, importId)).at(-1);

  expect(last).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: 120, transcripts: 0 });
  const { import: ended } = await hub.ask(
    `query ($id: ID!) { import(id: $id) { unusable(first: 1) { nodes { stage code reason } } } }`,
    { id: importId },
  );
  expect(ended.unusable.nodes).toMatchObject([
    { stage: 'transcript', code: 'PERMISSION_MISSING', reason: expect.stringContaining('may not see transcripts') },
  ]);
  // Sixteen, and those that are under way beside the last of them.
  expect(sandbox.ledger().filter(({ kind }) => kind === 'transcripts').length).toBeLessThanOrEqual(19);
});
