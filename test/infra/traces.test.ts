import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { CallerError } from '../../src/core/errors.js';
import { Secret } from '../../src/core/secret.js';
import { noTraces, traceparent, type Traces } from '../../src/core/traces.js';
import { openMetrics } from '../../src/infra/metrics.js';
import { openTraces, type TracesPlace } from '../../src/infra/traces.js';
import { silentLog } from '../conformance/quiet-log.js';
import { type Collector, startCollector } from '../kit/otlp.js';
import { until } from '../kit/until.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const metrics = openMetrics();
async function counted(outcome: string): Promise<number> {
  const [, count = '0'] =
    new RegExp(`^patchbay_trace_spans_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(await metrics.text()) ?? [];
  return Number(count);
}

function open(url: string, more: Partial<TracesPlace> = {}) {
  const usual = { format: 'http/json', headers: undefined, serviceName: 'hub', resource: {}, ratio: 1 } as const;
  return openTraces(
    { url: `${url}/v1/traces`, sampler: 'parentbased_always_on', ...usual, ...more },
    { metrics, log: silentLog },
  );
}

async function collector(): Promise<Collector> {
  const made = await startCollector();
  closers.push(() => made.close());
  return made;
}

const step = (traces: Traces, name: string, parent?: string | null) =>
  traces.span(name, parent === undefined ? {} : { parent }, async span => span.traceparent);

test('spans are parts of what they begin in, or go on from what was written down', async () => {
  const { url, spans } = await collector();
  const traces = open(url);
  let written: string | undefined;
  await traces.span('first', { kind: 'server', attributes: { 'patchbay.calls': 3, left: undefined } }, async () => {
    written = traceparent();
    await step(traces, 'inner');
  });
  expect(traceparent()).toBeUndefined();
  await step(traces, 'later', written);
  await traces.span('apart', { parent: null, links: [written, null, 'nonsense'] }, async () => undefined);
  await traces.span('alone', { isPart: true }, async () => undefined);
  await traces.goOnFrom('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', () => step(traces, 'called'));
  await traces.goOnFrom("'; drop table runs", () => step(traces, 'called by a stranger'));
  await traces.close();

  const [inner, first, later, apart, called, strange, ...more] = spans;
  expect(more).toEqual([]);
  expect(first).toMatchObject({ name: 'first', kind: 2, attributes: { 'patchbay.calls': 3 } });
  expect(first?.resource).toEqual({ 'service.name': 'hub' });
  expect(first).not.toHaveProperty('parentSpanId');
  for (const part of [inner, later])
    expect(part).toMatchObject({ traceId: first?.traceId, parentSpanId: first?.spanId });
  expect(apart?.links).toMatchObject([{ traceId: first?.traceId, spanId: first?.spanId }]);
  expect(apart?.traceId).not.toBe(first?.traceId);
  expect(called).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentSpanId: '00f067aa0ba902b7' });
  expect(strange).not.toHaveProperty('parentSpanId');
});

test.each([
  [new CallerError('CONFLICT', 'c4n4ry'), 'CONFLICT'],
  [Object.assign(new Error('c4n4ry'), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [Object.assign(new TypeError('c4n4ry'), { code: 'c4n4ry in a code' }), 'TypeError'],
  [new (class Interrupted extends Error {})('c4n4ry'), 'Interrupted'],
  ['c4n4ry', 'String'],
  [undefined, 'Error'],
])('of what is thrown, the code is told and no word: %s', async (thrown, code) => {
  const { url, spans, requests } = await collector();
  const traces = open(url);
  await expect(traces.span('failing', {}, () => Promise.reject(thrown))).rejects.toBe(thrown);
  await traces.close();

  expect(spans[0]).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': code } });
  expect(requests.map(({ body }) => body).join()).not.toContain('c4n4ry');
});

test('what is not kept is not sent, and neither is what comes of it', async () => {
  const { url, requests } = await collector();
  for (const sampler of ['always_off', 'parentbased_always_off', 'parentbased_traceidratio'] as const) {
    const traces = open(url, { sampler, ratio: 0 });
    const parent = await step(traces, 'first');
    expect(parent).toMatch(/-00$/);
    await step(traces, 'later', parent);
    await traces.close();
  }
  const everything = open(url);
  await step(everything, 'later', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00');
  await everything.close();

  expect(requests).toEqual([]);
});

test('are sent as protobuf unless told otherwise, with the headers of the operator', async () => {
  const { url, requests } = await collector();
  const traces = open(url, { format: 'http/protobuf', headers: new Secret({ authorization: 'Basic abc' }) });
  await step(traces, 'named so');
  await traces.close();

  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    path: '/v1/traces',
    headers: { 'content-type': 'application/x-protobuf', authorization: 'Basic abc' },
    body: expect.stringContaining('named so'),
  });
});

test('what was refused for now is sent again, and what was refused for good is not', async () => {
  const there = await collector();
  const traces = open(there.url);
  closers.push(() => traces.close());
  there.answer = () => (there.requests.length === 1 ? 503 : 200);
  await step(traces, 'first');
  await there.span('the second try', ({ name }) => name === 'first');

  expect(there.requests).toHaveLength(2);
  there.answer = () => 400;
  const dropped = await counted('dropped');
  await step(traces, 'second');
  await until('it is given up', async () => (await counted('dropped')) === dropped + 1);
  expect(there.requests).toHaveLength(3);
});

test('when nobody takes them, work goes on, a bounded number waits, and closing waits for nobody', async () => {
  const silence = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silence, 'listening');
  closers.push(async () => {
    silence.closeAllConnections();
    silence.close();
  });
  const traces = open(`http://127.0.0.1:${(silence.address() as AddressInfo).port}`);
  const dropped = await counted('dropped');
  for (let n = 0; n < 6_000; n++) await step(traces, 'unheard');

  const lost = (await counted('dropped')) - dropped;
  expect(lost).toBeGreaterThanOrEqual(6_000 - 4_096 - 512);
  expect(lost).toBeLessThan(6_000 - 4_096 + 1);
  await traces.close();
});

test('without an address, work is done and nothing else', async () => {
  const done = await noTraces.span('quiet', { parent: null }, async span => {
    span.note({ a: 1 });
    span.fail('CONFLICT');
    return [span.traceparent, traceparent()];
  });

  expect(done).toEqual([undefined, undefined]);
  expect(
    await noTraces.goOnFrom('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', async () => traceparent()),
  ).toBeUndefined();
});
