import { afterAll, beforeAll, expect, test } from 'vitest';
import { keeperOf } from '../../src/access/index.js';
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
/** Done once, when somebody is about to claim a refresh. */
let beforeClaim: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 1 });
  gong = await startTokenGong({ sandboxes: { acme: sandbox } });
  const wrap = (own: House): House => {
    const { sql } = own;
    house = {
      ...own,
      sql: {
        transaction: (reach, work) =>
          sql.transaction(reach, tx =>
            work({
              ...tx,
              async rows(text, values) {
                const first = /set refresh_owner[\s\S]*c\.epoch = \$3/.test(text) ? beforeClaim : undefined;
                if (first) beforeClaim = undefined;
                await first?.();
                return tx.rows(text, values);
              },
            }),
          ),
      },
    };
    return house;
  };
  hub = await testHub({ ...gong.env, PATCHBAY_ROLE: 'api' }, { resolvers: [SignInResolver], wrap });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([gong?.close(), sandbox?.close()]);
});

test('a refresh that the sweep claims while a caller is about to is made at once, not after its lease', async () => {
  const { customerId, connectionId: id } = await connectBySignIn(hub, gong);
  beforeClaim = async () => {
    await hub.database.query(
      `update credentials set access_expires_at = clock_timestamp() - interval '1 s', due_at = clock_timestamp()
       where connection_id = $1`,
      [id],
    );
    await keeperOf(house).sweep(10);
  };
  await hub.database.query(
    `update credentials set access_expires_at = clock_timestamp() - interval '1 s' where connection_id = $1`,
    [id],
  );

  await keeperOf(house).take({ id, customerId });

  expect(gong.families.at(-1)?.refreshes).toBe(1);
}, 30_000);

test('what has failed stands behind all that is due, and keeps nobody waiting twice', async () => {
  const hung = (await connectBySignIn(hub, gong)).connectionId;
  const [failing, before] = [gong.families.at(-1), 'clock_timestamp() - interval'];
  const due = (id: string, ago: string): Promise<unknown> =>
    hub.database.query(`update credentials set due_at = ${before} '${ago}' where connection_id = $1`, [id]);
  await due(hung, '60 s');
  gong.answer = (_, response) => {
    response.writeHead(503).end();
    return true;
  };
  for (const { done } of await keeperOf(house).sweep(10)) await done;
  gong.answer = undefined;
  await hub.database.query('update credentials set retry_at = null where connection_id = $1', [hung]);
  await due((await connectBySignIn(hub, gong)).connectionId, '30 s');
  for (const { done } of await keeperOf(house).sweep(1)) await done;

  expect([gong.families.at(-1)?.refreshes, failing?.refreshes]).toEqual([1, 0]);
});
