import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectTrueEnd, follow } from '../kit/followers.js';
import { startGongAccounts, type GongAccounts } from '../kit/gong-accounts.js';
import { testHub, type TestHub } from '../kit/hub.js';
import { connectedCustomer, startImport } from '../kit/trip.js';

const subscribers = 50;
const calls = 1_000;

let accounts: GongAccounts;
let hub: TestHub;
beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub({ ...accounts.env, PLATFORM_GONG_LIMITS: 'off' });
});
afterAll(async () => {
  await hub.close();
  await accounts.close();
});

test(`${subscribers} subscribers of one import all see its true end, and none an older state after a newer one`, async () => {
  const account = await accounts.open({ calls });
  const { connectionId } = await connectedCustomer(hub, account);

  const importId = await startImport(hub, account, connectionId);
  const all = await follow(
    hub,
    importId,
    Array.from({ length: subscribers }, () => undefined),
  );

  expect(all).toHaveLength(subscribers);
  expectTrueEnd(all, calls);
});
