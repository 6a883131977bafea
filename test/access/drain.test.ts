import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keeperOf } from '../../src/access/index.js';
import { openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import type { House } from '../../src/scope.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectBySignIn } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startTokenGong, type TokenGong } from '../kit/token-gong.js';

let sandbox: GongSandbox;
let gong: TokenGong;
let hub: TestHub;
let house: House;
beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 1 });
  gong = await startTokenGong({ sandboxes: { acme: sandbox } });
  // Nobody sweeps but the processes that end here.
  hub = await testHub(
    { ...gong.env, PATCHBAY_ROLE: 'api' },
    { resolvers: [SignInResolver], wrap: own => (house = own) },
  );
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([gong?.close(), sandbox?.close()]);
});

const join = (role: string, wrap: (own: House) => House) =>
  openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: role }), { log: openLog('silent'), wrap });
const settled = { presented: 0, refresh_owner: null, epoch: 2 };
const rowOf = async (id: string) =>
  (
    await hub.database.query('select presented, refresh_owner, epoch from credentials where connection_id = $1', [id])
  )[0];

test('a refresh that is being claimed while the hub stops is brought to its end', async () => {
  const { customerId, connectionId: id } = await connectBySignIn(hub, gong);
  const claimed = Promise.withResolvers<void>();
  const known = Promise.withResolvers<void>();
  const slow = (own: House): House => ({
    ...own,
    sql: {
      ...own.sql,
      transaction: (reach, work) =>
        own.sql.transaction(reach, tx =>
          work({
            ...tx,
            async rows(text, values) {
              const rows = await tx.rows<never>(text, values);
              if (!/skip locked/.test(text) || !/refresh_owner/.test(text) || rows.length === 0) return rows;
              claimed.resolve();
              await known.promise;
              return rows;
            },
          }),
        ),
    },
  });
  const ending = await join('worker', slow);
  await hub.database.query('update credentials set due_at = clock_timestamp() where connection_id = $1', [id]);
  await claimed.promise;
  const closed = ending.close();
  gong.onToken = async when => {
    if (when === 'acted') await Promise.race([closed, pause(500)]);
  };
  known.resolve();
  await closed;
  gong.onToken = undefined;

  expect(await rowOf(id)).toEqual(settled);
  expect((await keeperOf(house).take({ id, customerId })).epoch).toBe(2);
}, 60_000);

test('no refresh begins in a process that ends; another makes it', async () => {
  const { customerId, connectionId: id } = await connectBySignIn(hub, gong);
  const expired = `access_expires_at = clock_timestamp() - interval '1 s', due_at = clock_timestamp()`;
  await hub.database.query(`update credentials set ${expired} where connection_id = $1`, [id]);
  let own = house;
  const ending = await join('api', opened => (own = opened));
  await keeperOf(own).finish(1_000);

  await expect(keeperOf(own).take({ id, customerId })).rejects.toMatchObject({ code: 'PLATFORM_BUSY' });
  expect(await keeperOf(own).sweep(10)).toEqual([]);
  expect((await keeperOf(house).take({ id, customerId })).epoch).toBe(2);
  await ending.close();
});
