import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { Judgement } from '../../src/sandbox/judge.js';
import type { LedgerEntry } from '../../src/sandbox/ledger.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';

async function open(options: Parameters<typeof startGongSandbox>[0] = {}): Promise<GongSandbox> {
  const sandbox = await startGongSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

function list(of: GongSandbox, body: object = {}): Promise<Response> {
  const filter = { fromDateTime: of.window.from, toDateTime: of.window.to };
  const headers = { authorization: of.authorization, 'content-type': 'application/json' };
  return fetch(`${of.url}/v2/calls/extensive`, { method: 'POST', headers, body: JSON.stringify({ filter, ...body }) });
}

async function admin<T>(of: GongSandbox, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(of.adminUrl + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

test('the fourth request within a second is refused in the words of the platform, with a Retry-After', async () => {
  const of = await open({ limits: 'published' });

  const replies = [await list(of), await list(of), await list(of), await list(of)];

  expect(replies.map(reply => reply.status)).toEqual([200, 200, 200, 429]);
  expect(replies[3]?.headers.get('retry-after')).toBe('1');
  expect(await replies[3]?.json()).toMatchObject({ errors: ['API request limit exceeded'] });
});

test('a request that does not wait as told is written down as sent in forbidden time', async () => {
  const of = await open();
  of.setFaults({ next: [{ tooManyForSeconds: 7200 }, 'none'] });

  const refused = await list(of);
  const heard = performance.now() + 150;
  while (performance.now() < heard) await admin(of, 'GET', '/healthz');
  await list(of);

  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7200']);
  expect(of.ledger().map(entry => entry.inForbiddenTime)).toEqual([false, true]);
  expect(of.judge().inForbiddenTime).toBe(1);
});

test('whoever asks again over the connection that brought a refusal has heard it', async () => {
  const of = await open();
  of.setFaults({ next: [{ tooManyForSeconds: 7200 }] });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = async () => {
    const [reply] = (await once(get(of.url, { agent }), 'response')) as [IncomingMessage];
    for await (const _ of reply);
  };

  await ask();
  await ask();

  expect(of.ledger().map(entry => entry.inForbiddenTime)).toEqual([false, true]);
});

test.each([
  ['seconds', 2, '2', 2],
  ['decimal', 1.5, '1.5', 1.5],
  ['past', 2, expect.stringMatching(/ GMT$/), 1],
  ['text', 2, 'in a little while', 1],
  ['absent', 2, null, 1],
] as const)('a 429 can say when to come back as %s', async (as, tooManyForSeconds, header, forbidden) => {
  const of = await open();
  of.setFaults({ next: [{ tooManyForSeconds, as }] });
  const refused = await list(of);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, header]);

  const heard = performance.now();
  while (performance.now() < heard + 150) await admin(of, 'GET', '/healthz');
  await list(of);
  while (performance.now() < heard + forbidden * 1_000 + 5) await admin(of, 'GET', '/healthz');
  await list(of);
  expect(of.ledger().map(entry => entry.inForbiddenTime)).toEqual([false, true, false]);
});

test('a 429 can say when to come back as a date, in whole seconds and never too early', async () => {
  const of = await open();
  const asked = Date.now();
  of.setFaults({ next: [{ tooManyForSeconds: 3, as: 'date' }] });
  const until = Date.parse((await list(of)).headers.get('retry-after') ?? '');
  expect(until % 1_000).toBe(0);
  expect(until - asked).toBeGreaterThanOrEqual(3_000);
});

test('sockets are cut before the answer or in its middle, and nothing counts as served', async () => {
  const of = await open({ faults: { next: ['cut', 'cut-body', 'none'] } });

  await expect(list(of)).rejects.toThrow();
  const half = await list(of);
  await expect(half.text()).rejects.toThrow();
  await (await list(of)).text();

  const told = of.ledger().map(({ status, fault, served }) => [status, fault, served.length]);
  expect(told).toEqual([
    [0, 'cut', 0],
    [0, 'cut-body', 0],
    [200, undefined, 100],
  ]);
});

test('faults come in the shares asked for, and the same ones for the same seed', async () => {
  const faults = { error500: 0.2, error502: 0.1, deadCursors: 0.1 };
  const drawn = async (seed: number): Promise<(string | undefined)[]> => {
    const of = await open({ seed, calls: 101 });
    const { records } = (await (await list(of)).json()) as { records: { cursor: string } };
    of.setFaults(faults);
    for (let i = 0; i < 150; i++) await (await list(of, { cursor: records.cursor })).text();
    return of.ledger().map(entry => entry.fault);
  };

  const [once, again, other] = [await drawn(5), await drawn(5), await drawn(6)];

  expect(once).toEqual(again);
  expect(once).not.toEqual(other);
  expect(once.filter(fault => fault === 'error500').length).toBeGreaterThan(15);
  expect(once.filter(fault => fault === 'error500').length).toBeLessThan(45);
  expect(new Set(once)).toEqual(new Set([undefined, 'error500', 'error502', 'dead-cursor']));
});

test('a 502 is a page for people, a 500 speaks the platform’s JSON', async () => {
  const of = await open({ faults: { next: ['error502', 'error500'] } });

  const [badGateway, fault] = [await list(of), await list(of)];

  expect([badGateway.status, badGateway.headers.get('content-type')]).toEqual([502, 'text/html']);
  expect(await fault.json()).toMatchObject({ errors: [expect.any(String)] });
});

test('dead cursors are refused once, and the listing can be begun again', async () => {
  const of = await open();
  const { records } = (await (await list(of)).json()) as { records: { cursor: string } };
  of.setFaults({ next: ['dead-cursors'] });

  const dead = await list(of, { cursor: records.cursor });

  expect(dead.status).toBe(400);
  expect((await list(of)).status).toBe(200);
});

test('a cursor that dies alone costs nobody else theirs, and a request without one nothing', async () => {
  const of = await open();
  const { records } = (await (await list(of)).json()) as { records: { cursor: string } };
  of.setFaults({ next: ['dead-cursor', 'dead-cursor'] });

  const [first, dead, again] = [
    await list(of),
    await list(of, { cursor: records.cursor }),
    await list(of, { cursor: records.cursor }),
  ];

  expect([first.status, dead.status, again.status]).toEqual([200, 400, 200]);
  expect(of.ledger().map(({ fault }) => fault)).toEqual([undefined, undefined, 'dead-cursor', undefined]);
});

test('an answer takes at least the latency asked for', async () => {
  const of = await open({ calls: 3, faults: { latencyMs: 60 } });

  const before = performance.now();
  await list(of);

  expect(performance.now() - before).toBeGreaterThanOrEqual(59);
});

test('the ledger tells what was asked and handed out, without the bodies', async () => {
  const of = await open({ calls: 120 });
  const ids = of.truth();
  await list(of);
  const headers = { authorization: of.authorization };
  await fetch(`${of.url}/v2/calls/transcript`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ filter: { callIds: ids.slice(0, 9) } }),
  });
  await fetch(`${of.url}/v2/users?cursor=x`);

  const [listed, looked, refused] = await admin<LedgerEntry[]>(of, 'GET', '/ledger');

  expect(listed).toMatchObject({
    n: 1,
    kind: 'list',
    status: 200,
    served: ids.slice(0, 100),
    bodyDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(looked).toMatchObject({ kind: 'transcripts', body: { filter: { callIds: { count: 9, first: ids[0] } } } });
  expect(refused).toMatchObject({
    n: 3,
    method: 'GET',
    path: '/v2/users',
    query: { cursor: 'x' },
    status: 401,
    served: [],
  });
  expect(listed?.at).toBeLessThan(looked?.at ?? 0);
  expect(await admin(of, 'GET', '/ledger?after=2&served=no')).toMatchObject([{ n: 3, served: 0 }]);
});

test('the admin port tells the truth, changes the weather and forgets on demand', async () => {
  const of = await open({ calls: 120, late: [5, 6] });
  const { cursor } = ((await (await list(of)).json()) as { records: { cursor: string } }).records;
  const half = `from=${of.window.from}&to=2026-01-07T00:00:00Z`;

  expect(await admin(of, 'GET', '/healthz')).toEqual({ ok: true });
  expect(await admin(of, 'GET', '/truth')).toMatchObject({ count: 118 });
  expect(await admin(of, 'GET', `/truth?${half}`)).toEqual({
    count: of.truth(of.window.from, '2026-01-07T00:00:00Z').length,
    ids: of.truth(of.window.from, '2026-01-07T00:00:00Z'),
  });
  const { judgement } = await admin<{ judgement: Judgement }>(of, 'GET', '/ledger/summary');
  expect(judgement).toMatchObject({ requests: 1, listRequests: 1, calls: 100, convictions: [] });

  await admin(of, 'POST', '/reveal');
  await admin(of, 'POST', '/expire-cursors');
  await admin(of, 'POST', '/reset-ledger');
  expect(await admin(of, 'POST', '/faults', { error500: 1 })).toMatchObject({ error500: 1, cut: 0 });
  expect(await admin(of, 'POST', '/faults', { error501: 1 })).toEqual({ error: 'There is no fault called error501' });

  expect((await list(of, { cursor })).status).toBe(500);
  await admin(of, 'POST', '/faults', { error500: 0 });
  expect((await list(of, { cursor })).status).toBe(400);
  expect(of.truth()).toHaveLength(120);
  expect(of.ledger().map(entry => entry.n)).toEqual([2, 3]);
});

test('closes at once, though a client is waiting for a slow answer', async () => {
  const of = await startGongSandbox({ faults: { latencyMs: 60_000 } });
  const waiting = list(of).catch(() => 'cut');
  while (of.ledger().length === 0) await admin(of, 'GET', '/healthz');

  const before = performance.now();
  await of.close();

  expect(await waiting).toBe('cut');
  expect(performance.now() - before).toBeLessThan(30_000);
});

test('a port that is taken is an error with the port in it', async () => {
  const of = await open();

  const second = startGongSandbox({ port: Number(new URL(of.url).port) });

  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
