import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { instruments } from '../../src/core/metrics.js';
import { openLog } from '../../src/infra/log.js';
import { graphql } from '../kit/client.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

const calls = 120;
const token = 'metrics-token-of-this-test';

let sandbox: GongSandbox;
let hub: TestHub;
let worker: Hub;
let customerId: string;
let importId: string;

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls });
  hub = await testHub({ ...sandbox.env, PATCHBAY_ROLE: 'api', PATCHBAY_METRICS_TOKEN: token });
  const { PORT: _, ...env } = hub.env;
  worker = await openHub(readConfig({ ...env, PATCHBAY_ROLE: 'worker' }), { log: openLog('silent') });
  const connected = await connectedCustomer(hub, sandbox);
  customerId = connected.customerId;
  importId = await startImport(hub, sandbox, connected.connectionId);
  await watchToEnd(hub, importId);
});
afterAll(async () => {
  await worker?.close();
  await hub?.close();
  await sandbox?.close();
});

async function shown(url: string, authorization?: string): Promise<{ status: number; type: string; text: string }> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${url}/metrics`, { headers });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
}

/** The value of one series; undefined when it is not there. */
async function value(url: string, series: string): Promise<number | undefined> {
  const { text } = await shown(url, `Bearer ${token}`);
  const line = text.split('\n').find(line => line.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

async function key(role: string): Promise<string> {
  const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
  const input = { label: role, role, ...(role === 'customer' && { customerId }) };
  return (await hub.ask(document, { input })).createApiKey.secret;
}

test('a worker tells what an import did', async () => {
  const { healthUrl } = worker;

  expect(await value(healthUrl, 'patchbay_calls_stored_total{platform="gong"}')).toBe(calls);
  expect(await value(healthUrl, 'patchbay_pages_stored_total{platform="gong"}')).toBeGreaterThan(0);
  expect(await value(healthUrl, 'patchbay_platform_requests_total{platform="gong",status="2xx"}')).toBeGreaterThan(2);
  expect(await value(healthUrl, 'patchbay_platform_received_bytes_total{platform="gong"}')).toBeGreaterThan(10_000);
  expect(await value(healthUrl, 'patchbay_quota_wait_seconds_count{platform="gong"}')).toBeGreaterThan(2);
  expect(await value(healthUrl, 'patchbay_runs{status="COMPLETED"}')).toBe(1);
  expect(await value(healthUrl, 'patchbay_runs_due')).toBe(0);
  expect(await value(healthUrl, 'patchbay_runs_due_oldest_seconds')).toBe(0);
  expect(await value(healthUrl, 'patchbay_info{role="worker",jobs="postgres"}')).toBe(1);
  expect(await value(healthUrl, 'patchbay_database_waiting{pool="pages"}')).toBeGreaterThanOrEqual(0);
  expect(await value(healthUrl, 'patchbay_sockets')).toBeUndefined();
  await until(
    'the bus has been measured',
    async () => (await value(healthUrl, 'patchbay_bus_lag_seconds_count')) === 1,
  );
});

test('the API tells what was asked and refused, and how many watch', async () => {
  const refused = 'patchbay_refusals_total{code="NOT_FOUND"}';
  const answered = 'patchbay_graphql_operations_total{kind="query",transport="http",outcome="answered"}';
  const before = { refused: (await value(hub.url, refused)) ?? 0, answered: (await value(hub.url, answered)) ?? 0 };

  await hub.ask('{ viewer { name } }');
  await hub.refused('{ customer(id: "00000000-0000-4000-8000-000000000000") { id } }');
  await graphql(hub.url, undefined, '{ viewer { name } }');
  const watching = hub.subscribe('subscription ($id: ID!) { importProgress(importId: $id) { nope } }', {
    id: importId,
  });
  await watching.next().catch(() => undefined);

  expect(await value(hub.url, refused)).toBe(before.refused + 1);
  expect(await value(hub.url, answered)).toBe(before.answered + 1);
  expect(await value(hub.url, 'patchbay_refusals_total{code="UNAUTHENTICATED"}')).toBe(1);
  expect(
    await value(hub.url, 'patchbay_graphql_operations_total{kind="none",transport="socket",outcome="refused"}'),
  ).toBe(1);
  expect(
    await value(hub.url, 'patchbay_graphql_operation_duration_seconds_count{kind="query",transport="http"}'),
  ).toBeGreaterThan(1);
  await until('the watcher of the import has been counted', () =>
    value(hub.url, 'patchbay_graphql_operations_total{kind="subscription",transport="socket",outcome="answered"}'),
  );
  await until('nobody watches any more', async () => (await value(hub.url, 'patchbay_sockets')) === 0);
});

test('names and units are those of Prometheus, and nothing of a customer is in a label', async () => {
  for (const { url, text } of [
    { url: hub.url, ...(await shown(hub.url, `Bearer ${token}`)) },
    { url: worker.healthUrl, ...(await shown(worker.healthUrl, `Bearer ${token}`)) },
  ]) {
    const lines = text.split('\n').filter(line => line !== '');
    for (const line of lines)
      expect(line).toMatch(
        /^# (HELP|TYPE) \w+ \S|^[a-zA-Z_:][\w:]*(\{(\w+="[^"\\]*",?)+\})? (Na[nN]|[+-]?Inf|[-+.\de]+)$/,
      );
    expect(text, url).toContain('process_cpu_seconds_total');
    expect(text, url).toContain('nodejs_eventloop_lag_p99_seconds');
    for (const secret of [customerId, importId, hub.adminKey, token, 'Acme', '127.0.0.1'])
      expect(text, url).not.toContain(secret);
    expect(text).not.toMatch(/[\da-f]{8}-[\da-f]{4}-/);
    // Series of ours, however much was done.
    expect(lines.filter(line => line.startsWith('patchbay_')).length).toBeLessThan(250);
  }
  for (const [name, { kind, help }] of Object.entries(instruments)) {
    expect(name).toMatch(/^patchbay_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total'), name).toBe(kind === 'counter');
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
    expect(help).toMatch(/\.$/);
  }
});

test('metrics are for admins, services and the token', async () => {
  const status = async (secret?: string) =>
    (await shown(hub.url, secret === undefined ? undefined : `Bearer ${secret}`)).status;

  expect(await status()).toBe(401);
  expect(await status('guess')).toBe(401);
  expect(await status(`${token}x`)).toBe(401);
  for (const role of ['cs', 'sales', 'customer']) expect(await status(await key(role)), role).toBe(403);
  for (const role of ['admin', 'service']) expect(await status(await key(role)), role).toBe(200);
  const { status: open, type } = await shown(hub.url, `Bearer ${token}`);
  expect([open, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect((await shown(worker.healthUrl)).status).toBe(401);
  expect((await shown(worker.healthUrl, `Bearer ${hub.adminKey}`)).status).toBe(200);
  // The token is no API key.
  expect((await hub.refused('{ viewer { name } }', {}, token)).extensions.code).toBe('UNAUTHENTICATED');
});
