/** The hub's OAuth before judges that know nothing of it: the sandbox, which plays Gong's papers, and `oidc-provider`. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Exchange } from '../../src/sandbox/sandbox.js';
import { type ConsentAnswer, playConsent } from '../kit/consent.js';
import { type GongBehindOidc, startGongBehindOidc } from '../kit/gong-behind-oidc.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { beginSignIn, comeBack, confirmSignIn, newCustomer, type SignIn, signInOf } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startImport, watchToEnd } from '../kit/trip.js';

let sandbox: GongSandbox;
let judged: GongBehindOidc;
let hub: TestHub;
let certified: TestHub;
/** Called once, when an import has listed its first calls and asks for more. */
let afterFirstList: (() => void) | undefined;
const onExchange = ({ request: { path } }: Exchange): void => {
  if (path !== '/v2/calls/extensive') return;
  afterFirstList?.();
  afterFirstList = undefined;
};

beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 30, onExchange });
  judged = await startGongBehindOidc({ account: 'acme', calls: 20, onExchange });
  hub = await testHub({ ...sandbox.env, ...sandbox.oauthEnv }, { resolvers: [SignInResolver] });
  certified = await testHub(judged.env, { resolvers: [SignInResolver] });
  sandbox.oauth.allowRedirect(`${hub.url}/oauth/callback/gong`);
  judged.oidc.allowRedirect(`${certified.url}/oauth/callback/gong`);
});
beforeEach(() => {
  afterFirstList = undefined;
});
afterAll(async () => {
  await hub?.close();
  await certified?.close();
  await judged?.close();
  await sandbox?.close();
});

/** From the platform's page back to the hub. */
async function consent(at: TestHub, begun: SignIn, answer?: ConsentAnswer): Promise<unknown> {
  const back = await playConsent(begun.url.href, answer);
  await comeBack(at, back.searchParams, begun);
  return signInOf(at, begun.browser);
}

async function connect(at: TestHub): Promise<string> {
  const begun = await beginSignIn(at, await newCustomer(at));
  expect(await consent(at, begun)).toMatchObject({ status: 'proposed', problem: null });
  return confirmSignIn(at, begun);
}

test.each([{ kind: 'strict' }, { kind: 'replay', unusedSeconds: 3_600, usedSeconds: 10 }, { kind: 'none' }] as const)(
  'an import goes on when the sandbox ends its token in the middle, rotation $kind',
  async rotation => {
    sandbox.oauth.setRules({ rotation });
    sandbox.oauth.resetLedger();
    const connectionId = await connect(hub);
    afterFirstList = () => sandbox.oauth.expire('access');

    const end = (await watchToEnd(hub, await startImport(hub, sandbox, connectionId))).at(-1);

    expect(end).toMatchObject({ status: 'COMPLETED', stored: 30, unusable: 0 });
    const told = sandbox.oauth.ledger().map(({ grantType, clientIn, outcome, times }) => ({
      ...{ grantType, clientIn, outcome, times },
    }));
    const good = { clientIn: 'basic', outcome: 'issued', times: 1 };
    expect(told).toEqual([
      { ...good, grantType: 'authorization_code' },
      { ...good, grantType: 'refresh_token' },
    ]);
    await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: connectionId });
  },
);

test('whoever says no at the sandbox, or less than is needed, connects nothing', async () => {
  const customerId = await newCustomer(hub);
  const [no, less] = [await beginSignIn(hub, customerId), await beginSignIn(hub, customerId)];

  expect(await consent(hub, no, { decision: 'deny' })).toMatchObject({ problem: { code: 'CONSENT_DENIED' } });
  expect(await consent(hub, less, { scopes: ['api:workspaces:read'] })).toMatchObject({
    problem: { code: 'PERMISSION_MISSING' },
  });
});

test('oidc-provider lets the hub in, refreshes once, and has nothing to complain about', async () => {
  const { oidc } = judged;
  const connectionId = await connect(certified);
  afterFirstList = () => oidc.endAccess();

  const end = (await watchToEnd(certified, await startImport(certified, judged.sandbox, connectionId))).at(-1);

  expect(end).toMatchObject({ status: 'COMPLETED', stored: 20, unusable: 0 });
  expect([oidc.count('grant.success'), oidc.count('grant.error'), oidc.count('grant.revoked')]).toEqual([2, 0, 0]);
});
