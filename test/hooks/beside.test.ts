/** What events lead to while the first run of the sync, of some minutes under the platform's own limits, goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whenWebhook } from '../kit/hooks.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PlatformSandbox, playedPlatforms, type Played, startPlatformSandbox } from '../kit/platforms.js';
import { createSync, readSync, startTime } from '../kit/syncs.js';
import { until } from '../kit/until.js';
import { heldIds } from '../kit/watch.js';

const hourMs = 3_600_000;

let sandbox: PlatformSandbox;
let hub: TestHub;
let aheadMs = 0;

beforeAll(async () => {
  const played = (await playedPlatforms()).find(({ id }) => id === 'fathom') as Played;
  const at = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString();
  sandbox = await startPlatformSandbox(played, {
    ...{ calls: 1_700, from: at(-30), to: at(4), now: () => Date.now() + aheadMs },
  });
  hub = await testHub(sandbox.env);
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

test('a call that the platform tells of is fetched by a few requests, and waits for no run', async () => {
  const played = (await playedPlatforms()).find(({ id }) => id === 'fathom') as Played;
  const { customerId, connectionId } = (await played.ways[0]?.connect(hub, sandbox)) ?? {};
  const historyFrom = new Date(Date.now() - 20 * hourMs).toISOString();
  const { id } = await createSync(hub, { connectionId, historyFrom, schedule: { cadence: 'REAL_TIME' } });
  await whenWebhook(hub, id, 'ALIVE');
  await until(
    'the first run is well under way',
    () => sandbox.ledger().filter(({ kind }) => kind === 'list').length > 12,
  );

  aheadMs = 20 * 60_000;
  await startTime(hub, Date.now() + aheadMs);
  await sandbox.events?.tell();
  const told = (sandbox.events?.ledger() ?? []).filter(({ status }) => status === 200).map(({ about }) => about);
  expect(told.length).toBeGreaterThan(0);
  const held = await until(
    'the calls',
    async () => {
      const ids = await heldIds(hub, customerId as string);
      return told.every(call => ids.includes(call)) && ids;
    },
    60_000,
  );

  const sentAt = Math.min(...(sandbox.events?.ledger() ?? []).map(event => event.sentAt ?? Number.POSITIVE_INFINITY));
  const [last] = await hub.database.query<{ at: Date }>(
    'select max(imported_at) as at from calls where external_id = any ($1)',
    [told],
  );
  console.info(`${told.length} calls within ${(last?.at.getTime() ?? Number.NaN) - sentAt} ms, beside a first run`);

  const isLook = ({ kind }: { kind: string }) => kind === 'HINT';
  const { turns, freshAsOf } = await until(
    'the looks are over, too',
    async () => {
      const sync = await readSync(hub, id);
      return sync.turns.nodes.filter(isLook).every(({ status }: { status: string }) => status === 'COMPLETED') && sync;
    },
    60_000,
  );
  const looks = turns.nodes.filter(isLook);
  expect(looks.length).toBeGreaterThan(0);
  // Some 150 pages of the list are within its margin.
  for (const { requests } of looks) expect(requests).toBeLessThanOrEqual(5);
  // What a look has seen is no proof of what lies before.
  const first = turns.nodes.find(({ kind }: { kind: string }) => kind === 'FIRST');
  expect(first.status).toMatch(/RUNNING|WAITING|QUEUED/);
  expect(freshAsOf).toBeNull();
  expect(held.length).toBeLessThan(sandbox.truth().length / 2);
});
