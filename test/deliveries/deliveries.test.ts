import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bareCustomer, createEndpoint, happen, lookNow, messageId } from '../kit/endpoints.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { isGenuine, type Receiver, startReceiver } from '../kit/receiver.js';
import { connectGong, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: TestHub;
let receiver: Receiver;
let accounts: GongAccounts;
let customerId: string;
beforeAll(async () => {
  [receiver, accounts] = await Promise.all([startReceiver(), startGongAccounts()]);
  hub = await testHub({ ...accounts.env, PATCHBAY_METRICS_TOKEN: 'a-token-for-metrics-alone' });
});
beforeEach(async () => {
  receiver.answer = undefined;
  receiver.received.length = 0;
  customerId = await bareCustomer(hub);
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([receiver?.close(), accounts?.close()]);
});

const fields = `id messageId status tries nextAt replayedAt deliveredAt problem change { id type }
  attempts { nodes { at statusCode durationMs problem reply } totalCount }`;

async function deliveriesOf(endpointId: string, status: string[] | null = null) {
  const document = `query ($e: ID, $s: [DeliveryStatus!]) { deliveries(endpointId: $e, status: $s, first: 100) { nodes { ${fields} } } }`;
  return (await hub.ask(document, { e: endpointId, s: status })).deliveries.nodes;
}

/** The only delivery of an endpoint, as soon as it is as wanted. */
// biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
async function theDelivery(endpointId: string, wanted: (delivery: any) => boolean) {
  return until('the delivery is as wanted', async () => {
    const [first, ...more] = await deliveriesOf(endpointId);
    expect(more).toEqual([]);
    return first !== undefined && wanted(first) && first;
  });
}

async function makeDue(endpointId: string): Promise<void> {
  await hub.database.query('update deliveries set due_at = now() where endpoint_id = $1', [endpointId]);
  await hub.database.query('update endpoints set resume_at = null where id = $1', [endpointId]);
  await lookNow(hub);
}

const endpointOf = async (id: string) =>
  (await hub.ask('query ($id: ID!) { endpoint(id: $id) { state disabledBecause failingSince resumeAt } }', { id }))
    .endpoint;

test('an import is told as messages of up to 100 calls each, which both verifiers take for genuine', async () => {
  const { id, secret } = await createEndpoint(hub, { customerId, url: receiver.url });
  const account = await accounts.open({ calls: 130 });
  const { id: connectionId } = await connectGong(hub, account, customerId);
  const importId = await startImport(hub, account, connectionId);
  await watchToEnd(hub, importId);

  await until('the end of the import', () => receiver.messages().some(one => one.json.type === 'import.completed'));

  const messages = receiver.messages();
  expect(messages.every(message => isGenuine(secret, message))).toBe(true);
  expect(messages.map(({ json }) => json.type)).toEqual([
    ...['connection.connected', 'import.started', 'calls.imported', 'calls.imported', 'import.completed'],
  ]);
  for (const { json, headers } of messages) {
    expect(json).toMatchObject({ version: 1, timestamp: expect.any(String), data: { customerId, connectionId } });
    expect(headers['content-type']).toBe('application/json');
  }
  const calls = messages.flatMap(({ json }) => json.data.callIds ?? []);
  const stored = await hub.database.query<{ id: string }>('select id from calls where customer_id = $1', [customerId]);
  expect(calls.toSorted()).toEqual(stored.map(row => row.id).toSorted());
  expect(messages[2]?.json.data).toMatchObject({ importId });
  const delivered = await until('all is noted', async () => {
    const all = await deliveriesOf(id, ['DELIVERED']);
    return all.length === messages.length && all;
  });
  expect(delivered.map(({ messageId: one }: { messageId: string }) => one).toSorted()).toEqual(
    messages.map(message => message.id).toSorted(),
  );
});

test('what was not taken is sent again later, as the same message, and each attempt is listed', async () => {
  const { id, secret } = await createEndpoint(hub, { customerId, url: receiver.url });
  let isFirst = true;
  receiver.answer = (_, response) => {
    if (!isFirst) return 204;
    isFirst = false;
    response.writeHead(500).end(`\u001b[31m<script>${'x'.repeat(5_000)}`);
  };
  const [change] = await happen(hub, customerId);
  const failed = await theDelivery(id, ({ problem }) => problem !== null);
  expect(failed).toMatchObject({
    status: 'WAITING',
    tries: 1,
    problem: 'It answered 500.',
    messageId: messageId(change!),
  });
  expect(Date.parse(failed.nextAt)).toBeGreaterThan(Date.now() - 5_000);

  await makeDue(id);
  const delivered = await theDelivery(id, ({ status }) => status === 'DELIVERED');

  const [first, second, ...more] = receiver.messages();
  expect(more).toEqual([]);
  expect([first?.id, second?.id]).toEqual([messageId(change!), messageId(change!)]);
  expect(second?.body).toBe(first?.body);
  expect(isGenuine(secret, second!)).toBe(true);
  expect(delivered).toMatchObject({ tries: 2, problem: null, nextAt: null, attempts: { totalCount: 2 } });
  expect(delivered.attempts.nodes).toMatchObject([
    { statusCode: 204, problem: null, reply: null },
    { statusCode: 500, problem: 'It answered 500.', durationMs: expect.any(Number) },
  ]);
  const { reply } = delivered.attempts.nodes[1];
  expect(reply.length).toBeLessThanOrEqual(1_000);
  expect(reply).not.toContain('\u001b');
});

test('whoever asks for a pause gets it', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url });
  receiver.answer = (_, response) => void response.writeHead(429, { 'retry-after': '7200' }).end();
  await happen(hub, customerId);

  const waiting = await theDelivery(id, ({ problem }) => problem !== null);

  const inTwoHours = Date.now() + 7_200_000;
  expect(Math.abs(Date.parse(waiting.nextAt) - inTwoHours)).toBeLessThan(600_000);
  expect(Math.abs(Date.parse((await endpointOf(id)).resumeAt) - inTwoHours)).toBeLessThan(600_000);
});

test('410 disables an endpoint, and what waits for it is given up where it can be seen', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url });
  receiver.answer = () => 410;
  await happen(hub, customerId, 3);

  await until('it is disabled', async () => (await endpointOf(id)).state === 'DISABLED');

  expect(await endpointOf(id)).toMatchObject({ disabledBecause: expect.stringContaining('410'), resumeAt: null });
  const { facts } = await hub.ask(
    'query ($c: ID!) { facts(customerId: $c, kinds: [ENDPOINT_DISABLED]) { nodes { details } } }',
    {
      c: customerId,
    },
  );
  expect(facts.nodes).toMatchObject([{ details: { endpoint: id, because: expect.stringContaining('410') } }]);
  const dead = await deliveriesOf(id, ['DEAD']);
  expect(dead).toHaveLength(3);
  expect(receiver.messages()).toHaveLength(1);
  const refusal = await hub.refused('mutation ($id: ID!) { replayDelivery(id: $id) { id } }', { id: dead[0].id });
  expect(refusal.extensions).toMatchObject({ code: 'CONFLICT', remedy: expect.any(String) });
});

test('after ten tries a delivery is dead, and is sent again when somebody asks', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url });
  receiver.answer = () => 503;
  const [change] = await happen(hub, customerId);
  await theDelivery(id, ({ tries, problem }) => tries >= 1 && problem !== null);
  await hub.database.query('update deliveries set tries = 9 where endpoint_id = $1', [id]);
  await makeDue(id);
  const dead = await theDelivery(id, ({ status }) => status === 'DEAD');
  expect(dead).toMatchObject({ tries: 10, problem: 'It answered 503.', nextAt: null });

  receiver.answer = undefined;
  await hub.ask('mutation ($id: ID!) { replayDelivery(id: $id) { status tries } }', { id: dead.id });
  await makeDue(id);

  const again = await theDelivery(id, ({ status }) => status === 'DELIVERED');
  expect(again).toMatchObject({ tries: 1, replayedAt: expect.any(String) });
  expect(new Set(receiver.messages().map(message => message.id))).toEqual(new Set([messageId(change!)]));
});

test('an endpoint that fails again and again is left alone, then sent everything in order, and one that works waits for nobody', async () => {
  const [broken, slow, good] = ['broken', 'slow', 'good'].map(path => `/${path}`);
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url + broken });
  await createEndpoint(hub, { customerId, url: receiver.url + slow });
  await createEndpoint(hub, { customerId, url: receiver.url + good });
  const over = Promise.withResolvers<number>();
  receiver.answer = ({ path }) => (path === broken ? 500 : path === slow ? over.promise : 204);
  const changes = await happen(hub, customerId, 12);

  await until('the good one has everything', () => receiver.messages(good).length === 12);
  expect(receiver.messages(good).map(message => message.id)).toEqual(changes.map(messageId));
  expect(receiver.messages(slow)).toHaveLength(1);
  await until('the broken one is left alone', async () => (await endpointOf(id)).resumeAt !== null);
  expect(await endpointOf(id)).toMatchObject({ state: 'ACTIVE', failingSince: expect.any(String) });
  expect(receiver.messages(broken)).toHaveLength(5);
  const { resumeAt } = await endpointOf(id);
  for (const { nextAt } of await deliveriesOf(id, ['WAITING']))
    expect(Date.parse(nextAt)).toBeGreaterThanOrEqual(Date.parse(resumeAt));
  over.resolve(204);

  receiver.answer = undefined;
  await hub.database.query('update endpoints set resume_at = now() where id = $1', [id]);
  await lookNow(hub);
  await until(
    'the broken one has caught up',
    () =>
      new Set(
        receiver
          .messages(broken)
          .slice(5)
          .map(one => one.id),
      ).size === 12,
  );
  await until('it is noted', async () => (await deliveriesOf(id, ['DELIVERED'])).length === 12);
  expect(await endpointOf(id)).toMatchObject({ failingSince: null, resumeAt: null });
});

test('an endpoint that took nothing for five days is disabled', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url });
  receiver.answer = () => 500;
  await hub.database.query("update endpoints set failing_since = now() - interval '6 days' where id = $1", [id]);
  await happen(hub, customerId);

  await until('it is disabled', async () => (await endpointOf(id)).state === 'DISABLED');

  expect((await endpointOf(id)).disabledBecause).toContain('5 days');
});

test('what has come to lead elsewhere since gets nothing: a private address, or a redirect', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url });
  const port = new URL(receiver.url).port;
  await hub.database.query('update endpoints set url = $2 where id = $1', [id, `http://127.0.0.2:${port}/`]);
  await happen(hub, customerId);
  const refused = await theDelivery(id, ({ problem }) => problem !== null);
  expect(refused).toMatchObject({ status: 'WAITING', problem: '127.0.0.2 leads to a private address.' });
  expect(refused.attempts.nodes).toMatchObject([{ statusCode: null, reply: null }]);

  await hub.database.query('update endpoints set url = $2 where id = $1', [id, `${receiver.url}/moved`]);
  receiver.answer = ({ path }, response) =>
    path === '/moved' ? void response.writeHead(302, { location: '/there' }).end() : 204;
  await makeDue(id);
  const moved = await theDelivery(id, ({ tries, nextAt }) => tries === 2 && Date.parse(nextAt) > Date.now());
  expect(moved.problem).toContain('302');
  expect(receiver.messages().map(({ path }) => path)).toEqual(['/moved']);
});

test('a stretch of time is sent again: what was missed, or on request everything, and no more than the endpoint hears of', async () => {
  const from = new Date(Date.now() - 60_000).toISOString();
  const missed = await happen(hub, customerId, 3);
  await happen(hub, customerId, 1, 'sync.deleted');
  await until('all are in the feed', async () => {
    const waiting = await hub.database.query('select 1 from changes where number is null');
    return waiting.length === 0;
  });
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url, types: ['SYNC_CHANGED'] });
  const replay = 'mutation ($input: ReplayChangesInput!) { replayChanges(input: $input) { queued } }';
  const ask = async (input: object) =>
    (await hub.ask(replay, { input: { endpointId: id, from, ...input } })).replayChanges.queued;

  expect(await ask({})).toBe(3);
  await lookNow(hub);
  await until('they have come', async () => (await deliveriesOf(id, ['DELIVERED'])).length === 3);
  expect(receiver.messages().map(message => message.id)).toEqual(missed.map(messageId));

  expect(await ask({})).toBe(0);
  expect(await ask({ types: ['SYNC_DELETED'], onlyMissing: false })).toBe(0);
  expect(await ask({ to: from.replace(/^\d+/, '2100'), onlyMissing: false })).toBe(3);
  await until('they have come again', () => receiver.messages().length === 6);
  expect(new Set(receiver.messages().map(message => message.id)).size).toBe(3);
  const refusal = await hub.refused(replay, { input: { endpointId: id, from, to: from } });
  expect(refusal.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.to' });
  const later = await hub.refused(replay, { input: { endpointId: id, from: from.replace(/^\d+/, '2100') } });
  expect(later.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.from' });
});

test('a long stretch is queued piece by piece', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url, types: ['SYNC_CHANGED'] });
  await hub.database.query("update endpoints set resume_at = now() + interval '1 hour' where id = $1", [id]);
  await happen(hub, customerId, 2_500);
  await until('all are queued', async () => {
    const [row] = await hub.database.query<{ n: number }>(
      'select count(*)::integer as n from deliveries where endpoint_id = $1',
      [id],
    );
    return row?.n === 2_500;
  });
  await hub.database.query('delete from deliveries where endpoint_id = $1', [id]);
  const document = 'mutation ($input: ReplayChangesInput!) { replayChanges(input: $input) { queued } }';
  const input = { endpointId: id, from: new Date(Date.now() - 3_600_000).toISOString() };

  const { replayChanges } = await hub.ask(document, { input });

  const [row] = await hub.database.query<{ n: number; pieces: number }>(
    'select count(*)::integer as n, count(distinct xmin::text)::integer as pieces from deliveries where endpoint_id = $1',
    [id],
  );
  expect([replayChanges.queued, row]).toEqual([2_500, { n: 2_500, pieces: 3 }]);
});

test('whoever dies between sending and noting it has it sent once more, as the same message', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: `${receiver.url}/left` });
  await createEndpoint(hub, { customerId, url: `${receiver.url}/other` });
  // As a sender leaves it that was killed: leased, and tried once.
  await hub.database.query("update endpoints set leased_until = clock_timestamp() + interval '1 hour' where id = $1", [
    id,
  ]);
  const [change] = await happen(hub, customerId);
  await until('it is queued', async () => (await deliveriesOf(id)).length === 1);
  await hub.database.query('update deliveries set tries = 1 where endpoint_id = $1', [id]);
  await until('another endpoint has it', () => receiver.messages('/other').length === 1);
  expect(receiver.messages('/left')).toEqual([]);

  await hub.database.query('update endpoints set leased_until = clock_timestamp() where id = $1', [id]);
  await lookNow(hub);

  await theDelivery(id, ({ status, tries }) => status === 'DELIVERED' && tries === 2);
  expect(receiver.messages('/left').map(message => message.id)).toEqual([messageId(change!)]);
});

test('what waits, was sent and was given up is measured', async () => {
  const page = await fetch(`${new URL(hub.url).origin}/metrics`, {
    headers: { authorization: 'Bearer a-token-for-metrics-alone' },
  });
  const text = await page.text();

  expect(text).toMatch(/patchbay_deliveries_total\{[^}]*outcome="delivered"[^}]*\} [1-9]/);
  expect(text).toMatch(/patchbay_deliveries_dead(\{[^}]*\})? [1-9]/);
  expect(text).toMatch(/patchbay_deliveries_waiting_oldest_seconds(\{[^}]*\})? [\d.]+/);
  expect(text).toMatch(/patchbay_changes_waiting_oldest_seconds(\{[^}]*\})? [\d.]+/);
});
