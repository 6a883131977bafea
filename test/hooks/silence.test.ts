import { afterAll, beforeAll, expect, test } from 'vitest';
import { BusinessClock } from '../kit/business-clock.js';
import { readWebhook, whenWebhook } from '../kit/hooks.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PlatformSandbox, playedPlatforms, type Played, startPlatformSandbox } from '../kit/platforms.js';
import { createSync, readSync } from '../kit/syncs.js';
import { until } from '../kit/until.js';

const minuteMs = 60_000;
const start = Date.now() - 48 * 60 * minuteMs;
const clock = new BusinessClock(start);

let sandbox: PlatformSandbox;
let hub: TestHub;
let syncId: string;

beforeAll(async () => {
  const played = (await playedPlatforms()).find(({ id }) => id === 'ringcentral') as Played;
  sandbox = await startPlatformSandbox(played, {
    // One begins every two minutes, so that each poll finds some.
    ...{ calls: 200, limits: 'off', now: clock.now },
    ...{ from: new Date(start).toISOString(), to: new Date(start + 400 * minuteMs).toISOString() },
    eventFaults: { drop: 1 },
  });
  hub = await testHub({ ...sandbox.env, PLATFORM_RINGCENTRAL_LIMITS: 'off' });
  await clock.leap(hub, start);
  const way = played.ways.find(({ kind }) => kind === 'entered') as Played['ways'][number];
  const { connectionId } = await way.connect(hub, sandbox);
  ({ id: syncId } = await createSync(hub, { connectionId, schedule: { cadence: 'REAL_TIME' } }));
  await until('the slower pace', async () => {
    const webhook = await whenWebhook(hub, syncId, 'ALIVE');
    return webhook.pollMinutes === 15 && webhook;
  });
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

/** Time goes on by so much, until the sync has read up to there. */
async function pass(minutes: number): Promise<void> {
  const to = clock.now() + minutes * minuteMs;
  await clock.leap(hub, to);
  await until('a poll', async () => {
    const [before, sync] = [await readSync(hub, syncId), await readSync(hub, syncId)];
    if (Date.parse(sync.freshAsOf) >= to) return true;
    const isAtWork = before.turns.nodes.some(({ status }: { status: string | null }) =>
      /QUEUED|RUNNING|WAITING/.test(status ?? ''),
    );
    const nextAt = Date.parse(sync.nextAt);
    // The turn was left out, because another was under way: time goes on to the next one.
    if (!isAtWork && before.nextAt === sync.nextAt && nextAt > clock.now()) await clock.leap(hub, nextAt);
    return false;
  });
}

const told = async (): Promise<string[]> =>
  (await hub.ask('{ facts(kinds: [WEBHOOK_DEAD, WEBHOOK_REPLACED]) { nodes { kind } } }')).facts.nodes.map(
    ({ kind }: { kind: string }) => kind,
  );

test('a platform that tells nothing while polls find calls is asked to tell anew, and polled more often until it does', async () => {
  await pass(45);
  const gapsOf = async () =>
    (await hub.ask('query ($id: ID!) { gaps(syncId: $id) { totalCount nodes { kind } } }', { id: syncId })).gaps;
  expect((await gapsOf()).totalCount).toBe(0);

  await pass(31);
  expect((await gapsOf()).nodes[0]).toEqual({ kind: 'UNANNOUNCED' });
  await until('the first silent poll', async () => {
    const { silentPolls, pollMinutes, state } = await readWebhook(hub, syncId);
    return silentPolls >= 1 && pollMinutes < 15 && state === 'ALIVE';
  });
  expect(await told()).toEqual([]);

  await pass(31);
  await pass(31);
  await until('another subscription', async () => (await told()).length === 2);
  expect((await told()).toSorted()).toEqual(['WEBHOOK_DEAD', 'WEBHOOK_REPLACED']);
  await until('a new beginning', async () => {
    const { silentPolls, state } = await readWebhook(hub, syncId);
    return silentPolls === 0 && state === 'ALIVE';
  });

  // It does not help, and is not tried again so soon.
  for (let i = 0; i < 4; i++) await pass(31);
  await whenWebhook(hub, syncId, 'POLLING');
  expect((await told()).length).toBe(2);
  expect((await readWebhook(hub, syncId)).reason).toMatch(/no longer tells of calls/);
  // Each call is named still; only once it has been silent for more than a day, nothing new is.
  await pass(31);
  const { totalCount: known } = await gapsOf();
  await pass(31);
  expect((await gapsOf()).totalCount).toBeGreaterThan(known);
  await hub.database.query("update gaps set noted_at = noted_at - interval '25 hours'");
  await hub.database.query("update hooks set alive_since = alive_since - interval '25 hours'");
  const { totalCount: all } = await gapsOf();
  await pass(31);
  expect((await gapsOf()).totalCount).toBe(all);

  sandbox.events?.setFaults({ drop: 0 });
  await clock.leap(hub, clock.now() + 10 * minuteMs);
  await sandbox.events?.tell();
  await until('it is heard again', async () => {
    const { silentPolls, pollMinutes, state } = await readWebhook(hub, syncId);
    return silentPolls === 0 && pollMinutes === 15 && state === 'ALIVE';
  });
});
