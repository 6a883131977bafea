import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { judgeImport } from '../kit/oracle.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectBySignIn } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startTokenGong, type TokenGong } from '../kit/token-gong.js';
import { startImport, watchToEnd } from '../kit/trip.js';

let sandbox: GongSandbox;
let gong: TokenGong;
let hub: TestHub;

beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 900 });
  gong = await startTokenGong({ accessSeconds: 3, sandboxes: { acme: sandbox } });
  // Slow enough that a token does not last for the import.
  hub = await testHub({ ...gong.env, PLATFORM_GONG_LIMITS: '4/1s' }, { resolvers: [SignInResolver] });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([gong?.close(), sandbox?.close()]);
});

test('tokens of three seconds live through an import: nothing fails, and nobody is told', async () => {
  const { connectionId } = await connectBySignIn(hub, gong);
  const family = gong.families.at(-1);
  const importId = await startImport(hub, sandbox, connectionId);
  const seen = await watchToEnd(hub, importId);

  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 900, unusable: 0, problem: null });
  expect(seen.filter(({ status }) => status === 'PAUSED')).toEqual([]);
  await judgeImport(hub.database, sandbox, importId);
  expect(family?.refreshes).toBeGreaterThan(0);
  // Every refresh token was good once, so none was presented twice.
  expect(new Set(family?.presented).size).toBe(family?.presented.length);
});

test('a token that the platform ends before its time costs one refresh and no call', async () => {
  gong.accessSeconds = 3_600;
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
  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 900, problem: null });
  expect(family?.refreshes).toBe(1);
});
