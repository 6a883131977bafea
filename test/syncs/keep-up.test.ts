import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { createSync, readSync, setTime, steerSync, whenTurned } from '../kit/syncs.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { heldIds } from '../kit/watch.js';

const hourMs = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

let sandbox: GongSandbox;
let hub: TestHub;
let customerId: string;
let connectionId: string;
/** Business time at first. */
let start: number;

beforeEach(async () => {
  sandbox = await startGongSandbox({ calls: 30, from: ago(3), to: ago(0.5), late: [4, 5] });
  hub = await testHub(sandbox.env);
  ({ customerId, connectionId } = await connectedCustomer(hub, sandbox));
  start = Date.now();
  await setTime(hub, start);
});
afterEach(async () => {
  await hub.close();
  await sandbox.close();
});

const hourly = { cadence: 'HOURLY' };
const pathsOf = (of: GongSandbox): string[] => of.ledger().map(({ path }) => path);

test('a sync begins at once, and brings at its next time what has appeared since', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  const first = await whenTurned(hub, id, 1);
  expect(first).toMatchObject({ state: 'ACTIVE', lastStatus: 'COMPLETED', callsImported: 28, problem: null });
  expect(first.freshAsOf).toBe(first.turns.nodes[0].to);
  expect(Date.parse(first.nextAt)).toBeGreaterThan(start);

  sandbox.reveal();
  await setTime(hub, start + 1 * hourMs);
  const second = await whenTurned(hub, id, 2);

  expect(second.callsImported).toBe(30);
  expect(second.turns.nodes[0]).toMatchObject({ kind: 'SCHEDULED', skipped: false, added: 2, stored: 2 });
  expect(await heldIds(hub, customerId)).toEqual([...sandbox.truth()].toSorted());
  const { connection } = await hub.ask('query ($id: ID!) { connection(id: $id) { health { sync freshness } } }', {
    id: connectionId,
  });
  expect(connection.health).toEqual({ sync: 'OK', freshness: second.freshAsOf });
});

test('a turn with nothing new costs one request and touches no call', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);
  const before = await hub.database.query('select id, xmin from calls order by id');
  sandbox.resetLedger();

  await setTime(hub, start + 1 * hourMs);
  const { turns } = await whenTurned(hub, id, 2);

  expect(turns.nodes[0]).toMatchObject({ status: 'COMPLETED', requests: 1, stored: 0, added: 0 });
  expect(pathsOf(sandbox)).toEqual(['/v2/calls/extensive']);
  expect(await hub.database.query('select id, xmin from calls order by id')).toEqual(before);
});

test('after an outage one turn makes up for all that were missed', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);

  await setTime(hub, start + 48 * hourMs);
  const { turns, freshAsOf, nextAt } = await whenTurned(hub, id, 2);

  expect(turns.nodes).toHaveLength(2);
  expect(turns.nodes[0].to).toBe(freshAsOf);
  expect(Date.parse(nextAt)).toBeGreaterThan(start + 48 * hourMs);
});

test('a paused sync rests, runs when it is asked to, and goes on when it is resumed', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);
  expect(await steerSync(hub, 'pauseSync', id)).toMatchObject({ state: 'PAUSED', nextAt: null });
  await setTime(hub, start + 2 * hourMs);

  await steerSync(hub, 'runSyncNow', id);
  const asked = await whenTurned(hub, id, 2);
  expect(asked.turns.nodes.map(({ kind }: { kind: string }) => kind)).toEqual(['MANUAL', 'FIRST']);

  const resumed = await steerSync(hub, 'resumeSync', id);
  expect(resumed.state).toBe('ACTIVE');
  expect(Date.parse(resumed.nextAt)).toBeGreaterThan(start + 2 * hourMs);
  await setTime(hub, start + 3 * hourMs);
  const [latest] = (await whenTurned(hub, id, 3)).turns.nodes;
  expect(latest.kind).toBe('SCHEDULED');
});

test('a turn is left out and said so while the one before is under way', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);
  await hub.database.query(
    `update runs set status = 'WAITING', wake_at = now() + interval '1 day', wait_reason = 'The platform rests.', finished_at = null`,
  );

  await setTime(hub, start + 1 * hourMs);
  await expect.poll(async () => (await readSync(hub, id)).turns.nodes.length, { timeout: 20_000 }).toBe(2);

  const sync = await readSync(hub, id);
  expect(sync.turns.nodes[0]).toMatchObject({ skipped: true, status: null });
  expect(sync).toMatchObject({ waitsFor: 'The platform rests.', skippedAt: expect.any(String) });
  const waiting = await hub.ask('query ($id: ID!) { sync(id: $id) { waitingUntil } }', { id });
  expect(Date.parse(waiting.sync.waitingUntil)).toBeGreaterThan(Date.now() + 20 * hourMs);

  // Whoever knows that the platform is back need not wait for the time.
  const document = 'mutation ($id: ID!) { runSyncNow(id: $id) { id } }';
  await hub.database.query("update runs set status = 'PAUSED' where status = 'WAITING'");
  expect(await hub.refused(document, { id })).toMatchObject({ extensions: { code: 'CONFLICT' } });
  await hub.database.query("update runs set status = 'WAITING' where status = 'PAUSED'");
  await hub.ask(document, { id });
  await until('its run is over', async () => (await readSync(hub, id)).waitsFor === null);
});

test('a sync whose time has passed without a turn is late', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);
  const health = async (): Promise<string> =>
    (await hub.ask('query ($id: ID!) { connection(id: $id) { health { sync } } }', { id: connectionId })).connection
      .health.sync;
  const client = new pg.Client(hub.database.url);
  await client.connect();
  // As if no worker were there.
  await client.query('begin');
  await client.query('select 1 from syncs where id = $1 for update', [id]);
  await setTime(hub, start + 2 * hourMs);
  const held = await health();
  await client.query('commit');
  await client.end();
  await whenTurned(hub, id, 2);

  expect([held, await health()]).toEqual(['LATE', 'OK']);
});

test('turns that brought nothing are forgotten after a week', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);
  for (const hours of [1, 2, 2 + 8 * 24]) {
    await setTime(hub, start + hours * hourMs);
    await until('the turn', async () => {
      const { turns, freshAsOf } = await readSync(hub, id);
      return turns.nodes[0].status === 'COMPLETED' && Date.parse(freshAsOf) === start + hours * hourMs;
    });
  }
  const another = await openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'worker' }), { log: openLog('error') });
  await expect.poll(async () => (await readSync(hub, id)).turns.nodes.length, { timeout: 20_000 }).toBe(2);
  await another.close();

  const { turns } = await readSync(hub, id);
  expect(turns.nodes.map(({ kind }: { kind: string }) => kind)).toEqual(['SCHEDULED', 'FIRST']);
});

test('the mark does not move when a run has failed, and the next turn reads the same stretch again', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  const { freshAsOf } = await whenTurned(hub, id, 1);
  await hub.database.query(
    `update runs set status = 'FAILED', error = '{"code":"INTERNAL","message":"m","remedy":"r"}'`,
  );
  const failed = await readSync(hub, id);
  expect(failed).toMatchObject({ lastStatus: 'FAILED', freshAsOf: null, problem: { remedy: 'r' } });

  await setTime(hub, start + 1 * hourMs);
  const again = await whenTurned(hub, id, 2);
  expect(again.turns.nodes[0].from).toBe(again.turns.nodes[1].from);
  expect(Date.parse(again.freshAsOf)).toBeGreaterThan(Date.parse(freshAsOf));
});

test('a sync that is deleted is gone, and its calls stay', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);

  expect(await steerSync(hub, 'deleteSync', id)).toMatchObject({ id });

  expect(await hub.refused('query ($id: ID!) { sync(id: $id) { id } }', { id })).toMatchObject({
    extensions: { code: 'NOT_FOUND' },
  });
  expect(await heldIds(hub, customerId)).toHaveLength(28);
});

test('everything about it is told to those who watch', async () => {
  const seen: string[] = [];
  const document = 'subscription { syncChanged { id state lastStatus callsImported } }';
  const { id } = await createSync(hub, { connectionId, schedule: hourly });
  await whenTurned(hub, id, 1);
  const watched = (async () => {
    for await (const { data } of hub.subscribe(document)) {
      seen.push(`${data.syncChanged.state} ${data.syncChanged.lastStatus}`);
      if (data.syncChanged.state === 'PAUSED') return;
    }
  })();
  await expect
    .poll(
      async () => {
        await steerSync(hub, 'resumeSync', id);
        await steerSync(hub, 'pauseSync', id);
        return seen.length;
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0);
  await watched;
  expect(seen.at(-1)).toBe('PAUSED COMPLETED');
});
