import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: TestHub;
let sandbox: GongSandbox;
let release = (): void => undefined;
let gate = Promise.resolve();
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 30 });
  hub = await testHub(sandbox.env, {
    wrap: house => ({
      ...house,
      egress: {
        async request(request) {
          await gate;
          return house.egress.request(request);
        },
      },
    }),
  });
});
afterAll(async () => {
  release();
  await hub?.close();
  await sandbox?.close();
});

const healthOf = async (id: string) =>
  (
    await hub.ask('query ($id: ID!) { connection(id: $id) { health { credential sync freshness importsOnHold } } }', {
      id,
    })
  ).connection.health;

test('the health of a connection follows what becomes of its credential and its imports', async () => {
  const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
  expect(await healthOf(connectionId)).toEqual({ credential: 'VALID', sync: null, freshness: null, importsOnHold: 0 });

  await watchToEnd(hub, await startImport(hub, sandbox, connectionId));
  const newest = await hub.ask('query ($id: ID!) { calls(customerId: $id, first: 1) { nodes { startedAt } } }', {
    id: customerId,
  });
  const { startedAt: freshness } = newest.calls.nodes[0];
  expect(await healthOf(connectionId)).toEqual({ credential: 'VALID', sync: 'OK', freshness, importsOnHold: 0 });

  gate = new Promise(resolve => {
    release = resolve;
  });
  const importId = await startImport(hub, sandbox, connectionId);
  await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: connectionId });
  release();
  const held = await until('the import stands still', async () => {
    const health = await healthOf(connectionId);
    return health.importsOnHold === 1 && health;
  });
  expect(held).toEqual({ credential: 'DISCONNECTED', sync: 'FAILING', freshness, importsOnHold: 1 });

  await connectGong(hub, sandbox, customerId);
  expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED' });
  expect(await healthOf(connectionId)).toEqual({ credential: 'VALID', sync: 'OK', freshness, importsOnHold: 0 });
});

test('an import that somebody halted is no failure, and one that failed is', async () => {
  const { connectionId } = await connectedCustomer(hub, sandbox);
  const importId = await startImport(hub, sandbox, connectionId);
  await watchToEnd(hub, importId);
  const set = (status: string, wanted: string, setbacks = 0) =>
    hub.database.query(
      "update runs set status = $2, wanted = $3, setbacks = $4, wake_at = clock_timestamp() + interval '1 hour' where owner_id = $1",
      [importId, status, wanted, setbacks],
    );

  const seen: Record<string, string> = {};
  for (const [name, status, wanted, setbacks] of [
    ['halted', 'PAUSED', 'pause', 0],
    ['failed', 'FAILED', 'run', 0],
    ['held up', 'WAITING', 'run', 2],
    ['waits for a limit', 'WAITING', 'run', 0],
    ['cancelled', 'CANCELLED', 'cancel', 0],
  ] as const) {
    await set(status, wanted, setbacks);
    seen[name] = (await healthOf(connectionId)).sync;
  }

  expect(seen).toEqual({
    halted: 'OK',
    failed: 'FAILING',
    'held up': 'LATE',
    'waits for a limit': 'OK',
    cancelled: null,
  });
});
