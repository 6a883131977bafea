import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTokenWorld, type TokenWorld } from '../faults/tokens/world.js';
import { addConnections } from '../kit/add-connections.js';
import { type KeeperProcess, startKeeper } from '../kit/keeper-processes.js';
import { until } from '../kit/until.js';

let world: TokenWorld;
let worker: KeeperProcess;
beforeAll(async () => {
  world = await openTokenWorld();
  await addConnections(world, 64, 3_600);
});
afterAll(async () => {
  await worker?.end();
  await world?.close();
});

test('a refresh that hangs holds up no other that is due', async () => {
  const { gong, hub } = world;
  const hanging = Promise.withResolvers<void>();
  let arrived = 0;
  gong.onToken = when => (when === 'arrived' && ++arrived === 1 ? hanging.promise : undefined);
  await hub.database.query('update credentials set due_at = clock_timestamp()');
  worker = await startKeeper({ ...world.env, PATCHBAY_ROLE: 'worker' });
  const due = (): Promise<{ id: string }[]> =>
    hub.database.query('select connection_id as id from credentials where due_at <= clock_timestamp()');
  await until('all others to be refreshed', async () => (await due()).length === 1);

  await hub.database.query(
    `update credentials set due_at = clock_timestamp() where connection_id in (
       select connection_id from credentials where due_at > clock_timestamp() limit 20)`,
  );
  await until('them to be refreshed once more', async () => (await due()).length === 1);
  hanging.resolve();
  await until('the last one to be refreshed', async () => (await due()).length === 0);

  expect(gong.families.filter(({ refreshes }) => refreshes > 0)).toHaveLength(65);
  expect(gong.families.reduce((sum, { refreshes }) => sum + refreshes, 0)).toBe(85);
}, 60_000);
