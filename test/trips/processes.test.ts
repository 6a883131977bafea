import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, subscribe } from '../kit/client.js';
import { type FreshDatabase, readyDatabase } from '../kit/database.js';
import { gongSpec } from '../kit/gong-spec.js';
import { createEndpoint } from '../kit/endpoints.js';
import { hubEnv } from '../kit/hub.js';
import { type Collector, startCollector } from '../kit/otlp.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type HubProcess, startHubProcess } from '../kit/processes.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
const processes: HubProcess[] = [];
let database: FreshDatabase;
let env: Record<string, string>;
let sandbox: GongSandbox;
let collector: Collector;
let receiver: Receiver;
const problems: string[] = [];

/** The hub as separate processes: an API, and workers that come and go. */
const hub = {
  ask: (query: string, variables: object = {}) => ask(processes[0]?.url ?? '', adminKey, query, variables),
  subscribe: (query: string, variables: Record<string, unknown> = {}) =>
    subscribe(processes[0]?.url ?? '', adminKey, query, variables),
};

beforeAll(async () => {
  const spec = gongSpec();
  sandbox = await startGongSandbox({
    calls: 1_500,
    from: '2025-07-01T00:00:00Z',
    to: '2026-01-01T00:00:00Z',
    limits: 'published',
    onExchange: ({ request }) => void problems.push(...(spec?.requestProblems(request) ?? [])),
  });
  database = await readyDatabase();
  [collector, receiver] = await Promise.all([startCollector(), startReceiver()]);
  env = {
    ...hubEnv(database.url, adminKey),
    ...sandbox.env,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20collectors-own',
  };
  for (const PATCHBAY_ROLE of ['api', 'worker', 'worker'])
    processes.push(await startHubProcess({ ...env, PATCHBAY_ROLE }));
});

afterAll(async () => {
  for (const one of processes) one.kill('SIGTERM');
  await Promise.all(processes.map(({ ended }) => ended));
  await Promise.all([sandbox.close(), collector.close(), receiver.close()]);
  await database.drop();
});

test('an API and two workers as three processes import every call once, and never faster than the limit', {
  timeout: 120_000,
}, async () => {
  const { connectionId, customerId } = await connectedCustomer(hub, sandbox);
  sandbox.resetLedger();

  const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));

  const windows = Number((await database.query<{ n: string }>('select count(*) as n from run_slices'))[0]?.n);
  const judgement = sandbox.judge(windows);
  console.info(
    `1,500 calls at 3 requests a second: efficiency ${judgement.efficiency?.toFixed(4)}, ${judgement.tooMany} × 429, ` +
      `${judgement.requests} requests (at most ${judgement.requestsAtMost}), ${windows} windows, ${seen.length} snapshots`,
  );
  expect(seen.at(-1)).toMatchObject({
    status: 'COMPLETED',
    stored: 1_500,
    transcripts: 1_500,
    found: 1_500,
    percent: 100,
  });
  // A neighbour on the machine may push one request past its turn; what pace is reached is measured in the bench.
  expect(judgement.tooMany).toBeLessThanOrEqual(1);
  expect(judgement.requests).toBeLessThanOrEqual(judgement.requestsAtMost);
  expect(judgement.convictions).toEqual([]);
  expect(problems).toEqual([]);
  const stored = await database.query<{ external_id: string }>('select external_id from calls where customer_id = $1', [
    customerId,
  ]);
  expect(stored.map(row => row.external_id).toSorted()).toEqual([...sandbox.truth()].toSorted());
});

test('a trace leads from the mutation, over the worker and its requests, to what other programs are told', async () => {
  const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
  const { secret } = await createEndpoint(hub, { customerId, url: `${receiver.url}/hooked?by=name` });
  await createEndpoint(hub, { url: `${receiver.url}/ours`, types: ['CALLS_IMPORTED'] });
  const window = { from: '2025-07-01T00:00:00Z', to: '2025-07-08T00:00:00Z' };
  const importId = await startImport(hub, { window }, connectionId);
  await watchToEnd(hub, importId);

  const delivery = await collector.span('the delivery of calls', ({ name }) => name === 'deliver calls.imported');
  const end = await collector.span('the delivery of its end', ({ name }) => name === 'deliver import.completed');
  const { traceId } = delivery;
  // On a busy machine a request may come too early, and be refused.
  const named = (name: string) =>
    collector.span(name, span => span.traceId === traceId && span.name === name && span.status.code !== 2);
  const [mutation, run, page, listing] = await Promise.all(
    ['mutation startImport', 'run', 'page', 'POST /v2/calls/extensive'].map(named),
  );
  await until('all of it', () =>
    [delivery, listing!, end].every(span => collector.path(span)[0]?.name === 'mutation startImport'),
  );

  expect(collector.path(delivery).map(({ name }) => name)).toEqual([
    ...['mutation startImport', 'run', 'page', 'store page', 'deliver calls.imported'],
  ]);
  expect(collector.path(listing!).map(({ name }) => name)).toEqual([
    ...['mutation startImport', 'run', 'page', 'POST /v2/calls/extensive'],
  ]);
  expect(collector.path(end).map(({ name }) => name)).toEqual([
    ...['mutation startImport', 'run', 'deliver import.completed'],
  ]);
  expect([mutation, run].map(span => span?.resource['patchbay.role'])).toEqual(['api', 'worker']);
  expect(run?.resource['service.name']).toBe('patchbay');
  expect(page?.attributes).toMatchObject({ 'patchbay.import.id': importId, 'patchbay.connection.id': connectionId });
  expect(listing?.attributes).toMatchObject({
    'http.response.status_code': 200,
    'server.address': '127.0.0.1',
    'patchbay.platform': 'gong',
  });
  expect(delivery.attributes).toMatchObject({ 'http.response.status_code': 204, 'patchbay.customer.id': customerId });

  await until('the own program is told', () => receiver.messages('/ours').length > 0);
  for (const { headers } of receiver.messages('/ours')) expect(headers['traceparent']).toContain(`-${traceId}-`);
  for (const { headers } of receiver.messages('/hooked?by=name')) expect(headers).not.toHaveProperty('traceparent');
  await until('a line of the log', () => processes.some(one => one.output().includes(`"trace_id":"${traceId}"`)));

  const told = collector.requests.map(({ body }) => body).join('\n');
  const { calls } = await hub.ask(
    'query ($id: ID!) { calls(customerId: $id, first: 100) { nodes { title externalId participants { name email } } } }',
    { id: customerId },
  );
  const people = calls.nodes.flatMap(({ participants }: { participants: object[] }) => participants);
  const words = [...calls.nodes, ...people]
    .flatMap(thing => Object.values(thing))
    .filter(word => typeof word === 'string');
  expect(words.length).toBeGreaterThan(100);
  for (const word of [...words, ...Object.values(sandbox.secret), adminKey, secret, 'by=name', 'collectors-own'])
    expect(told, word).not.toContain(word);
  expect(collector.requests[0]).toMatchObject({
    path: '/v1/traces',
    headers: { authorization: 'Basic collectors-own' },
  });
});

test('when nobody takes traces any more, an import does not notice', async () => {
  const { connectionId } = await connectedCustomer(hub, sandbox);
  await collector.close();
  const window = { from: '2025-07-01T00:00:00Z', to: '2025-07-04T00:00:00Z' };

  const seen = await watchToEnd(hub, await startImport(hub, { window }, connectionId));

  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED' });
});
