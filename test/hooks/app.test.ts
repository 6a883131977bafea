import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sender, senderOf, startOf, whenWebhook } from '../kit/hooks.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type PlatformSandbox, type Played, playedPlatforms, startPlatformSandbox } from '../kit/platforms.js';
import { createSync, whenTurned } from '../kit/syncs.js';
import { until } from '../kit/until.js';
import { heldIds } from '../kit/watch.js';

let sandbox: PlatformSandbox;
let hub: TestHub;
let played: Played;
let sender: Sender;

beforeAll(async () => {
  played = (await playedPlatforms()).find(({ id }) => id === 'zoom-phone') as Played;
  sandbox = await startPlatformSandbox(played, { calls: 10, limits: 'off', late: [4] });
  hub = await testHub({ ...sandbox.env, PLATFORM_ZOOM_PHONE_LIMITS: 'off' });
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

function about(account: string | undefined, date: string, after = 0) {
  return {
    event: 'phone.recording_completed',
    event_ts: Date.now() + after,
    payload: { account_id: account, object: { recordings: [{ id: 'a recording', date_time: date }] } },
  };
}

test('the one address of an app leads to the connection that an event names by its account, and to no other', async () => {
  const webhooks = played.simulator.webhooks as NonNullable<Played['simulator']['webhooks']>;
  const way = played.ways.find(({ kind }) => kind === 'entered') as Played['ways'][number];
  const { customerId, connectionId } = await way.connect(hub, sandbox);
  const { id } = await createSync(hub, {
    ...{ connectionId, historyFrom: sandbox.window.from },
    schedule: { cadence: 'REAL_TIME' },
  });
  await whenTurned(hub, id, 1);
  expect(await whenWebhook(hub, id, 'SETTING_UP')).toMatchObject({ reason: 'The operator has not set it up yet.' });
  const key = webhooks.newKey();
  const document = `mutation ($input: SetPlatformWebhookInput!) {
    setPlatformWebhook(input: $input) { address steps proven }
  }`;
  const { setPlatformWebhook } = await hub.ask(document, { input: { platform: 'zoom-phone', secret: key.kept } });
  expect(setPlatformWebhook).toMatchObject({ proven: false });
  expect(setPlatformWebhook.steps.join()).toContain(setPlatformWebhook.address);
  sender = senderOf(webhooks, setPlatformWebhook.address, key);

  const posed = webhooks.challenge?.(new Date(), key);
  const answer = await fetch(sender.url, {
    method: 'POST',
    headers: posed?.headers ?? {},
    body: new Uint8Array(posed?.body ?? []),
  });
  expect(answer.status).toBe(200);
  expect(posed?.isMetBy({ headers: Object.fromEntries(answer.headers), body: await answer.text() })).toBe(true);
  await whenWebhook(hub, id, 'ALIVE');

  const before = new Set(sandbox.truth());
  sandbox.reveal();
  const late = sandbox.truth().find(one => !before.has(one)) ?? '';
  const [row] = await hub.database.query<{ account_id: string }>('select account_id from connections');
  const date = startOf(sandbox, late);
  expect((await sender.send(about('SOMEBODYELSE', date))).status).toBe(200);
  expect(await hub.database.query('select 1 from inbound_events')).toEqual([]);
  expect((await sender.send(about(row?.account_id, date))).status).toBe(200);
  await until('the call', async () => (await heldIds(hub, customerId)).length === sandbox.truth().length);
});

test('an account that nobody can have is nobody, and costs no event beside it its place', async () => {
  const [row] = await hub.database.query<{ account_id: string }>('select account_id from connections');
  const stored = async () => (await hub.database.query('select 1 from inbound_events')).length;
  const before = await stored();
  const accounts = Array.from({ length: 30 }, (_, i) => (i % 10 === 5 ? 'half of a \ud83d' : row?.account_id));
  const answers = await Promise.all(
    accounts.map((account, i) => sender.send(about(account, '2026-01-02T00:00:00Z', i))),
  );

  expect(answers.map(({ status }) => status)).toEqual(accounts.map(() => 200));
  expect(await stored()).toBe(before + 27);
});
