import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { judgeImport } from '../kit/oracle.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { playConsent } from '../kit/consent.js';
import { beginSignIn, comeBack, confirmSignIn, connectBySignIn, newCustomer } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startTokenGong, type TokenGong } from '../kit/token-gong.js';
import { startImport, watchToEnd } from '../kit/trip.js';

// `npm run soak` imports 5,000, with tokens of 2 seconds, which a machine that stands still may miss.
const calls = Number(process.env['SHORT_LIVED_CALLS'] ?? 900);
const seconds = Number(process.env['SHORT_LIVED_SECONDS'] ?? 3);
/** Slow enough that a token does not last for the import. */
const pace = '4/1s';

let sandbox: GongSandbox;
let gong: TokenGong;
let hub: TestHub;

beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 300 });
  gong = await startTokenGong({ sandboxes: { acme: sandbox } });
  hub = await testHub({ ...gong.env, PLATFORM_GONG_LIMITS: pace }, { resolvers: [SignInResolver] });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([gong?.close(), sandbox?.close()]);
});

test(`tokens of ${seconds} seconds live through an import of ${calls} calls: nothing fails, and nobody is told`, async () => {
  const short = await startGongSandbox({
    account: 'short',
    calls,
    seed: 3,
    oauth: { rules: { accessSeconds: seconds } },
  });
  const one = await testHub(
    { ...short.env, ...short.oauthEnv, PLATFORM_GONG_LIMITS: pace },
    { resolvers: [SignInResolver] },
  );
  short.oauth.allowRedirect(`${one.url}/oauth/callback/gong`);
  const begun = await beginSignIn(one, await newCustomer(one));
  await comeBack(one, (await playConsent(begun.url.href)).searchParams, begun);
  const importId = await startImport(one, short, await confirmSignIn(one, begun));
  const startedAt = performance.now();
  const seen = await watchToEnd(one, importId);
  const refreshes = short.oauth.ledger().filter(({ grantType }) => grantType === 'refresh_token');

  console.info(
    `${calls} calls in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s with tokens of ${seconds} s: ${refreshes.length} refreshes, ${seen.at(-1)?.unusable} failed items`,
  );
  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: calls, unusable: 0, problem: null });
  expect(seen.filter(({ status }) => status === 'PAUSED')).toEqual([]);
  await judgeImport(one.database, short, importId);
  expect(refreshes.length).toBeGreaterThan(0);
  // Every refresh token was good once, so none was presented twice.
  expect(refreshes.filter(({ status }) => status !== 200)).toEqual([]);
  await one.close();
  await short.close();
}, 1_800_000);

test('a token that the platform ends before its time costs one refresh and no call', async () => {
  const { connectionId } = await connectBySignIn(hub, gong);
  const family = gong.families.at(-1);
  const importId = await startImport(hub, sandbox, connectionId);
  let ended = false;
  const seen = await watchToEnd(hub, importId, undefined, ({ stored }) => {
    if (ended || stored === 0 || family === undefined) return;
    ended = true;
    gong.endAccess(family);
  });

  expect(ended).toBe(true);
  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 300, problem: null });
  expect(family?.refreshes).toBe(1);
});
