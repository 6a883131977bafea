import { afterAll, beforeAll, expect, test } from 'vitest';
import gong from '../../connections/gong/simulator.js';
import { createEndpoint } from '../kit/endpoints.js';
import { type Sender, setUpByCustomer, startOf, whenWebhook } from '../kit/hooks.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type Collector, startCollector } from '../kit/otlp.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { readSync, setTime, steerSync, whenTurned } from '../kit/syncs.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { heldIds } from '../kit/watch.js';

const webhooks = gong.webhooks as NonNullable<typeof gong.webhooks>;
const hourMs = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

let sandbox: GongSandbox;
let collector: Collector;
let receiver: Receiver;
let hub: TestHub;
let customerId: string;
let connectionId: string;
let syncId: string;
let sender: Sender;
let start: number;
/** What the platform does not list before it is revealed, with their starts. */
let lateIds: readonly string[];
let starts: ReadonlyMap<string, string>;
let whole: readonly string[];

beforeAll(async () => {
  const account = { calls: 30, from: ago(3), to: ago(0.5), late: [4, 5] };
  const twin = await startGongSandbox(account);
  const early = new Set(twin.truth());
  twin.reveal();
  whole = twin.truth();
  lateIds = whole.filter(id => !early.has(id));
  starts = new Map(lateIds.map(id => [id, startOf(twin, id)]));
  await twin.close();
  sandbox = await startGongSandbox(account);
  [collector, receiver] = await Promise.all([startCollector(), startReceiver()]);
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  hub = await testHub({ ...sandbox.env, ...traces, PLATFORM_GONG_LIMITS: 'off' });
  const connected = await connectedCustomer(hub, sandbox);
  ({ customerId, connectionId } = connected);
  await createEndpoint(hub, { customerId, url: receiver.url });
  start = Date.now();
  await setTime(hub, start);
  ({ syncId, sender } = await setUpByCustomer(hub, webhooks, connectionId));
  await whenTurned(hub, syncId, 1);
});
afterAll(async () => {
  await hub.close();
  await Promise.all([sandbox.close(), collector.close(), receiver.close()]);
});

const rows = () => hub.database.query<{ event_id: string }>('select event_id from inbound_events');

/** As Gong tells of a call. */
function about(id: string | undefined, started: string) {
  const { metaData, ...rest } = (webhooks.golden.event as { callData: { metaData: object } }).callData;
  return { callData: { ...rest, metaData: { ...metaData, id, started } }, isTest: false };
}

async function latestEvent() {
  const [row] = await hub.database.query<{ tries: number; due_at: Date | null; settled_at: Date | null }>(
    'select tries, due_at, settled_at from inbound_events order by received_at desc limit 1',
  );
  return row;
}

test('what can be no key of the platform is not kept as one', async () => {
  const document = 'mutation ($input: SetWebhookSecretInput!) { setWebhookSecret(input: $input) }';
  const { extensions, message } = await hub.refused(document, {
    input: { connectionId, secret: 'garbage' },
  });
  expect(extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.secret', remedy: expect.any(String) });
  expect(message).toContain('public key');
});

test('what a stranger sends is refused, and an address that nobody was given is no page', async () => {
  const key = webhooks.newKey();
  const { url } = sender;
  const forged = webhooks.send({ event: about('1', ago(1)), url, at: new Date(), id: 'a', keys: [key] });
  const answers = await Promise.all(
    [
      url,
      `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`,
      `${hub.url}/hooks/${'A'.repeat(43)}`,
      `${hub.url}/nothing`,
    ].map(async address => {
      const response = await fetch(address, {
        method: 'POST',
        headers: forged.headers,
        body: new Uint8Array(forged.body),
      });
      return [response.status, await response.text()] as const;
    }),
  );

  expect(answers.map(([status]) => status)).toEqual([401, 404, 404, 404]);
  expect(new Set(answers.slice(1).map(([, body]) => body)).size).toBe(1);
  expect(await fetch(url).then(({ status }) => status)).toBe(404);
  expect(await rows()).toEqual([]);
});

test('a call that the platform tells of before it lists it is looked for again, once however often it tells', async () => {
  const [id = ''] = lateIds;
  const [event, at] = [about(id, starts.get(id) ?? ''), new Date()];
  const answers = await Promise.all([1, 2, 3].map(() => sender.send(event, { at })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const { due_at } = await until('the look was in vain', async () => {
    const row = await latestEvent();
    return row?.tries === 1 && row.due_at !== null && row;
  });
  expect(await heldIds(hub, customerId)).toHaveLength(28);

  expect(due_at).toEqual(new Date(start + 30_000));
  sandbox.reveal();
  // Time stands still, so that no turn of the schedule falls due, which would bring the other one too.
  await hub.database.query('update inbound_events set due_at = business_now()');
  await until('the call', async () => (await heldIds(hub, customerId)).includes(id));

  const { eventsReceived } = await until('the slower pace', async () => {
    const webhook = await whenWebhook(hub, syncId, 'ALIVE');
    return webhook.pollMinutes === 15 && webhook;
  });
  expect(eventsReceived).toBe(1);
  const { turns, freshAsOf } = await until('the look is counted', async () => {
    const sync = await readSync(hub, syncId);
    return sync.callsImported > 28 && sync;
  });
  expect(new Set(turns.nodes.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['HINT', 'FIRST']));
  // Looks prove nothing about what lies before.
  expect(freshAsOf).toBe(turns.nodes.find(({ kind }: { kind: string }) => kind === 'FIRST').to);
  expect((await sender.send(event, { at })).status).toBe(200);
  expect(await rows()).toHaveLength(1);

  const told = await until('what others are told of it is in the trace of the event', () =>
    collector.spans
      .filter(({ name }) => name === 'deliver calls.imported')
      .map(span => collector.path(span).map(({ name }) => name))
      .find(([first]) => first === 'POST /hooks/{address}'),
  );
  expect(told.slice(1)).toEqual(['begin looks', 'run', 'page', 'store page', 'deliver calls.imported']);
  for (const word of [id, new URL(sender.url).pathname.split('/').at(-1)])
    expect(collector.requests.map(({ body }) => body).join('\n')).not.toContain(word);
});

test('a call that never comes is left to the next poll in the end', async () => {
  await sender.send(about('17782342274025937895', ago(2)));
  await until('the look was in vain', async () => (await latestEvent())?.tries === 1);
  await hub.database.query('update inbound_events set tries = 5, due_at = business_now() where settled_at is null');
  await until('it is left', async () => (await latestEvent())?.settled_at != null);
  expect(await heldIds(hub, customerId)).toEqual([...whole].filter(id => id !== lateIds[1]).toSorted());
});

test('an address that people have entered elsewhere outlives a pause', async () => {
  await steerSync(hub, 'pauseSync', syncId);
  await hub.database.query('update hooks set next_at = business_now()');
  await until('somebody has looked after it', async () => {
    const [row] = await hub.database.query<{ tended: boolean }>(
      'select held_until is null and next_at > business_now() as tended from hooks',
    );
    return row === undefined || row.tended;
  });
  await steerSync(hub, 'resumeSync', syncId);

  expect((await whenWebhook(hub, syncId, 'ALIVE')).address).toBe(sender.url);
});
