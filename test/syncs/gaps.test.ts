/** What a sync does about calls that it should have had, and about calls that are gone at the platform. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import connector from '../../connections/gong/connector.js';
import gong from '../../connections/gong/simulator.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PlatformSandbox, startPlatformSandbox } from '../kit/platforms.js';
import { createSync, setTime, whenTurned } from '../kit/syncs.js';
import { until } from '../kit/until.js';
import { newCustomer } from '../kit/sign-in.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const ago = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();
const calls = 60;

let sandbox: PlatformSandbox;
let hub: TestHub;
let customerId: string;
let connectionId: string;
let start: number;
/** Positions of the calls that the platform does not list just now. */
let hidden: 'none' | 'few' | 'many';

const lacking = { none: [], few: [20, 21], many: Array.from({ length: 12 }, (_, i) => 20 + i) };

const simulator: typeof gong = {
  ...gong,
  open(options) {
    const accounts = Object.entries(lacking).map(([name, late]) => [name, gong.open({ ...options, late })] as const);
    const now = () => Object.fromEntries(accounts)[hidden] as ReturnType<typeof gong.open>;
    return { ...now(), answer: request => now().answer(request) };
  },
};

beforeEach(async () => {
  hidden = 'none';
  // Of twelve days, so that no call is near the bounds of a recount.
  sandbox = await startPlatformSandbox(
    { id: 'gong', connector, simulator },
    { calls, from: ago(10), to: ago(3), limits: 'off' },
  );
  hub = await testHub({ ...sandbox.env, PLATFORM_GONG_LIMITS: 'off' });
  customerId = await newCustomer(hub);
  const secret = Object.entries(gong.secret).map(([name, value]) => ({ name, value }));
  const { connectWithSecret } = await hub.ask(
    'mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id } }',
    { input: { customerId, platform: 'gong', secret } },
  );
  connectionId = connectWithSecret.id;
  start = Date.now();
  await setTime(hub, start);
});
afterEach(async () => {
  await hub.close();
  await sandbox.close();
});

const seenGaps = async (id: string) =>
  hub.ask(
    'query ($id: ID!) { sync(id: $id) { recountedAt gapsFound } gaps(syncId: $id) { totalCount nodes { kind externalId } } }',
    { id },
  );
const removedCalls = async (removed: boolean): Promise<number> =>
  (
    await hub.ask(
      'query ($id: ID!, $removed: Boolean) { calls(customerId: $id, filter: { removed: $removed }) { totalCount } }',
      { id: customerId, removed },
    )
  ).calls.totalCount;

/** Each day has one turn, which comes after the night's moment and is therefore a recount. */
const daily = { cadence: 'DAILY', at: '12:00' };
async function dayOf(id: string, day: number) {
  await setTime(hub, start + day * dayMs);
  return whenTurned(hub, id, day + 1);
}

test('a call that was not there when its time was read is fetched, and named', async () => {
  hidden = 'few';
  const { id } = await createSync(hub, { connectionId, schedule: daily, historyFrom: ago(12) });
  await whenTurned(hub, id, 1);
  expect((await seenGaps(id)).sync).toEqual({ recountedAt: null, gapsFound: 0 });

  hidden = 'none';
  const { turns } = await dayOf(id, 1);

  expect(turns.nodes[0]).toMatchObject({ status: 'COMPLETED', added: 2 });
  const { sync, gaps } = await seenGaps(id);
  expect(sync).toEqual({ recountedAt: turns.nodes[0].to, gapsFound: 2 });
  expect(gaps.nodes.map((gap: { kind: string }) => gap.kind)).toEqual(['FETCHED', 'FETCHED']);
  const named = gaps.nodes.map(({ externalId }: { externalId: string }) => externalId).toSorted();
  expect(named).toEqual([20, 21].map(position => [...sandbox.truth()][position]).toSorted());
});

test('a call that two recounts do not find is marked as removed, kept, and as before when it is listed again', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: daily, historyFrom: ago(12) });
  await whenTurned(hub, id, 1);
  hidden = 'few';
  await dayOf(id, 1);
  expect((await seenGaps(id)).gaps.totalCount).toBe(0);

  await dayOf(id, 2);

  const { gaps } = await seenGaps(id);
  expect(gaps.nodes).toMatchObject([{ kind: 'REMOVED' }, { kind: 'REMOVED' }]);
  expect([await removedCalls(true), await removedCalls(false)]).toEqual([2, calls - 2]);

  hidden = 'none';
  await dayOf(id, 3);
  expect([await removedCalls(true), await removedCalls(false)]).toEqual([0, calls]);
  const told = await until('what was told of them', async () => {
    const { changes } = await hub.ask(
      'query ($id: ID!) { changes(customerId: $id, types: [CALLS_REMOVED, CALLS_IMPORTED]) { changes { type callIds } } }',
      { id: customerId },
    );
    const [removed, back] = changes.changes.slice(-2);
    return removed?.type === 'CALLS_REMOVED' && [removed, back];
  });
  expect(told[1].type).toBe('CALLS_IMPORTED');
  expect(told[0].callIds.toSorted()).toEqual(told[1].callIds.toSorted());
});

test('a call that one recount does not find and the next one does is left alone', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: daily, historyFrom: ago(12) });
  await whenTurned(hub, id, 1);
  for (const [day, state] of [
    [1, 'few'],
    [2, 'none'],
    [3, 'few'],
  ] as const) {
    hidden = state;
    await dayOf(id, day);
  }

  expect((await seenGaps(id)).gaps.totalCount).toBe(0);
  expect(await removedCalls(true)).toBe(0);
});

test('when many are gone at once none is marked before somebody has confirmed it', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: daily, historyFrom: ago(12) });
  await whenTurned(hub, id, 1);
  hidden = 'many';
  await dayOf(id, 1);
  await dayOf(id, 2);
  const held = await seenGaps(id);
  expect(held.gaps.totalCount).toBe(12);
  expect(held.gaps.nodes[0].kind).toBe('HELD');
  expect(await removedCalls(true)).toBe(0);

  const confirm = () => hub.ask('mutation ($id: ID!) { confirmRemovals(id: $id) { id } }', { id });
  await confirm();

  expect(await removedCalls(true)).toBe(12);
  const kinds = async () => new Set((await seenGaps(id)).gaps.nodes.map((gap: { kind: string }) => gap.kind));
  expect(await kinds()).toEqual(new Set(['REMOVED']));

  // And once more, after they were back.
  hidden = 'none';
  await dayOf(id, 3);
  hidden = 'many';
  await dayOf(id, 4);
  await dayOf(id, 5);
  expect(await removedCalls(true)).toBe(0);
  await confirm();
  expect(await removedCalls(true)).toBe(12);
  expect((await seenGaps(id)).gaps.totalCount).toBe(12);
});

test('a recount that is settled a second time, after a crash between its ends, takes no call for gone', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: daily, historyFrom: ago(12) });
  await whenTurned(hub, id, 1);
  await dayOf(id, 1);
  // As if the worker had died before the run was given up.
  await hub.database.query(
    `update runs set status = 'RUNNING', lease_until = null, finished_at = null, updated_at = to_timestamp(0) where recount`,
  );
  await whenTurned(hub, id, 2);

  const [missing] = await hub.database.query<{ n: number }>(
    'select count(*)::int as n from calls where missing_since is not null',
  );
  expect(missing?.n).toBe(0);
});

test('what was held is released when the platform lists it again', async () => {
  const { id } = await createSync(hub, { connectionId, schedule: daily, historyFrom: ago(12) });
  await whenTurned(hub, id, 1);
  hidden = 'many';
  await dayOf(id, 1);
  await dayOf(id, 2);
  hidden = 'none';
  await dayOf(id, 3);

  expect((await seenGaps(id)).gaps.totalCount).toBe(0);
  expect(await removedCalls(true)).toBe(0);
});
