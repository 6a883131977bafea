import { expect, test } from 'vitest';
import type { SimulatedReply, Simulator, SimulatorOptions } from '#connector';
import gong from '../../connections/gong/simulator.js';

const week = { from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z' };
const filter = { fromDateTime: week.from, toDateTime: week.to };
const authorization = `Basic ${Buffer.from(`${gong.secret.key}:${gong.secret.secret}`).toString('base64')}`;

function open(options: Partial<SimulatorOptions> = {}): Simulator {
  return gong.open({ calls: 350, seed: 3, account: 'acme', ...week, ...options });
}

function ask(of: Simulator, method: string, address: string, body?: unknown): SimulatedReply {
  const { pathname, searchParams } = new URL(address, 'http://gong');
  return of.answer({ method, path: pathname, query: searchParams, headers: { authorization }, body });
}

function list(of: Simulator, body: object = {}): SimulatedReply {
  return ask(of, 'POST', '/v2/calls/extensive', { filter, ...body });
}

function bodyOf(reply: SimulatedReply) {
  return Buffer.isBuffer(reply.body) ? JSON.parse(reply.body.toString()) : reply.body;
}

function everyPage(of: Simulator, body: object = {}): string[][] {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const reply = list(of, cursor ? { ...body, cursor } : body);
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    pages.push([...(reply.served ?? [])]);
    cursor = bodyOf(reply).records.cursor;
  } while (cursor);
  return pages;
}

test('the same seed gives the same account to the byte, another seed or name another one', () => {
  const bytes = (options: Partial<SimulatorOptions>): string => {
    const of = open(options);
    const [ids = []] = everyPage(of);
    const transcripts = ask(of, 'POST', '/v2/calls/transcript', { filter: { callIds: ids } });
    return JSON.stringify(list(of).body) + String(transcripts.body);
  };

  expect(bytes({ duplicates: 0.1, disorder: 9 })).toBe(bytes({ duplicates: 0.1, disorder: 9 }));
  expect(bytes({})).not.toBe(bytes({ seed: 4 }));
  const others = new Set(open({ account: 'other' }).idsWithin(week.from, week.to));
  expect(
    open()
      .idsWithin(week.from, week.to)
      .filter(id => others.has(id)),
  ).toEqual([]);
});

test('a full listing serves just what the truth says, in disorder and with duplicates on later pages', () => {
  const of = open({ duplicates: 0.1, disorder: 20 });
  const truth = of.idsWithin(week.from, week.to);
  const pages = everyPage(of);
  const rows = pages.flat();

  expect(truth).toHaveLength(350);
  expect([...new Set(rows)].sort()).toEqual([...truth].sort());
  expect(rows.length).toBeGreaterThan(365);
  expect([...new Set(rows)]).not.toEqual(truth);
  const farthest = Math.max(
    ...everyPage(open({ disorder: 20 }))
      .flat()
      .map((id, row) => Math.abs(truth.indexOf(id) - row)),
  );
  expect(farthest).toBeGreaterThan(5);
  expect(farthest).toBeLessThanOrEqual(20);
  for (const page of pages.slice(0, -1)) expect(new Set(page).size).toBe(page.length);
  expect(bodyOf(list(of)).records).toMatchObject({ totalRecords: 350, currentPageSize: 100, currentPageNumber: 0 });
});

test('windows are half-open, so neighbours share no call and lose none', () => {
  const of = open();
  const [first] = everyPage(of, { contentSelector: {} });
  const started = new Date(bodyOf(list(of)).calls[50].metaData.started).toISOString();

  const before = of.idsWithin(week.from, started);
  const after = of.idsWithin(started, week.to);

  expect(before).not.toContain(first?.[50]);
  expect(after).toContain(first?.[50]);
  expect([...before, ...after]).toEqual(of.idsWithin(week.from, week.to));
  const served = list(of, { filter: { fromDateTime: week.from, toDateTime: started } }).served;
  expect(served).toEqual(before.slice(0, 100));
});

test('a cursor counts in the body only; in the query of a POST page 1 comes back', () => {
  const of = open();
  const first = list(of);
  const { cursor } = bodyOf(first).records;

  const inQuery = ask(of, 'POST', `/v2/calls/extensive?cursor=${cursor}`, { filter });
  const inBody = list(of, { cursor });

  expect(inQuery.served).toEqual(first.served);
  expect(inBody.served?.filter(id => first.served?.includes(id))).toEqual([]);
  expect(bodyOf(inBody).records.currentPageNumber).toBe(1);
});

test('a cursor is refused with another filter, after its death, and when it was made up', () => {
  const of = open();
  const { cursor } = bodyOf(list(of)).records;

  const other = list(of, { filter: { ...filter, toDateTime: '2026-01-11T00:00:00Z' }, cursor });
  const madeUp = list(of, { cursor: 'eyJhbGciOiJIUzI1NiJ9.MTAwLjAuMC4w.0' });
  of.expireCursors();
  const dead = list(of, { cursor });

  expect([other, madeUp, dead].map(reply => reply.status)).toEqual([400, 400, 400]);
  expect(bodyOf(dead).errors).toEqual(['The cursor has expired']);
  expect(everyPage(of).flat()).toHaveLength(350);
});

test.each([
  ['GET', '/v2/workspaces?page=1', undefined, 'Unknown parameter: page'],
  ['GET', '/v2/users?limit=5', undefined, 'Unknown parameter: limit'],
  ['GET', `/v2/calls?fromDateTime=${week.from}`, undefined, 'toDateTime is missing'],
  ['POST', '/v2/calls/extensive?limit=5', { filter }, 'Unknown parameter: limit'],
  ['POST', '/v2/calls/extensive', { filter: { ...filter, from: 'x' } }, 'Unknown parameter: filter.from'],
  [
    'POST',
    '/v2/calls/extensive',
    { contentSelector: { exposedFields: { party: true } } },
    'Unknown parameter: contentSelector.exposedFields.party',
  ],
  [
    'POST',
    '/v2/calls/extensive',
    { filter: { fromDateTime: '2026-01-05' } },
    'fromDateTime is not an ISO-8601 date and time with an offset: 2026-01-05',
  ],
  [
    'POST',
    '/v2/calls/transcript',
    { filter: { callIds: [1] } },
    'filter.callIds must be a list of strings that is not empty',
  ],
  ['POST', '/v2/calls/transcript', { filter: { primaryUserIds: ['1'] } }, 'Unknown parameter: filter.primaryUserIds'],
  [
    'POST',
    '/v2/calls/transcript',
    { filter: { callIds: Array.from({ length: 101 }, (_, index) => `${index}`) } },
    'callIds holds 101 ids; at most 100 are allowed',
  ],
  ['POST', '/v2/calls/transcript', undefined, 'The body must be an object'],
])('%s %s is refused when it asks amiss (%#)', (method, address, body, refusal) => {
  const reply = ask(open(), method, address, body);

  expect(reply.status).toBe(400);
  expect(bodyOf(reply).errors).toContain(refusal);
});

test('a wrong credential gets 401 everywhere, and one that sees no calls 404 on calls only', () => {
  const of = open({ invisible: true });
  const path = '/v2/workspaces';

  const wrong = of.answer({
    method: 'GET',
    path,
    query: new URLSearchParams(),
    headers: { authorization: 'Basic eA==' },
    body: undefined,
  });
  const asked = [
    ask(of, 'GET', path),
    ask(of, 'GET', '/v2/users'),
    list(of),
    ask(of, 'POST', '/v2/calls/transcript', { filter }),
  ];

  expect(wrong.status).toBe(401);
  expect(asked.map(reply => reply.status)).toEqual([200, 200, 404, 404]);
  expect(bodyOf(list(of)).errors).toEqual(['No calls found corresponding to the provided filters']);
  expect(of.idsWithin(week.from, week.to)).toEqual([]);
});

test('an empty account answers 404 to every question about calls', () => {
  const of = open({ calls: 0 });

  expect(list(of).status).toBe(404);
  expect(ask(of, 'GET', `/v2/calls?fromDateTime=${week.from}&toDateTime=${week.to}`).status).toBe(404);
});

test('late calls are there once revealed, and a listing that had begun goes on without them', () => {
  const of = open({ late: [0, 150, 349] });
  const before = of.idsWithin(week.from, week.to);
  const { cursor } = bodyOf(list(of)).records;

  of.reveal();

  expect(before).toHaveLength(347);
  expect(of.idsWithin(week.from, week.to)).toHaveLength(350);
  expect(list(of, { cursor }).served).toEqual(before.slice(100, 200));
});

test('calls without a transcript are left out of the reply, and 404 says that all are', () => {
  const ids = open().idsWithin(week.from, week.to).slice(0, 100);
  const transcripts = (share: number) =>
    ask(open({ withoutTranscript: share }), 'POST', '/v2/calls/transcript', { filter: { callIds: ids } });

  const some = transcripts(0.2);

  expect(some.served?.length).toBeGreaterThan(65);
  expect(some.served?.length).toBeLessThan(95);
  expect(bodyOf(some).callTranscripts.map((one: { callId: string }) => one.callId)).toEqual(some.served);
  expect(transcripts(1).status).toBe(404);
});

test('the voices of a transcript are those of the speaking parties of its call', () => {
  const of = open();
  const { calls } = bodyOf(list(of, { contentSelector: { exposedFields: { parties: true } } }));
  const { callTranscripts } = bodyOf(ask(of, 'POST', '/v2/calls/transcript', { filter: { callIds: list(of).served } }));

  interface Party {
    readonly speakerId?: string;
  }
  const speaking = calls.map((call: { parties: Party[] }) =>
    call.parties.flatMap(party => party.speakerId ?? []).sort(),
  );
  const heard = callTranscripts.map((one: { transcript: Required<Party>[] }) =>
    [...new Set(one.transcript.map(monologue => monologue.speakerId))].sort(),
  );

  expect(heard).toEqual(speaking);
  expect(new Set(heard.flat()).size).toBe(heard.flat().length);
});

test('data have the size and the traps of real ones', () => {
  const of = open({ calls: 5000, broken: [1, 2, 3] });
  const first = list(of, { contentSelector: { exposedFields: { parties: true } } });
  const { body } = ask(of, 'POST', '/v2/calls/transcript', { filter: { callIds: first.served } });
  const ids = of.idsWithin(week.from, week.to);
  const { calls } = bodyOf(first);

  expect(JSON.stringify(first.body).length / 100).toBeGreaterThan(1000);
  expect((body as Buffer).length / 100).toBeGreaterThan(37_000);
  expect((body as Buffer).length / 100).toBeLessThan(43_000);
  expect(new Set(ids).size).toBe(5000);
  expect(ids.every(id => /^1\d{19}$/.test(id) && BigInt(id) < 2n ** 64n)).toBe(true);
  expect(new Set(ids.map(Number)).size).toBeLessThan(100);
  expect(
    calls
      .slice(1, 4)
      .map((call: { metaData: { started?: string; duration: unknown } }) => [
        call.metaData.started === undefined,
        typeof call.metaData.duration,
      ]),
  ).toEqual([
    [true, 'number'],
    [false, 'number'],
    [false, 'string'],
  ]);
});

test('the plain listing goes by the scheduled time of a meeting, and the single call agrees with it', () => {
  const of = open();
  const from = '2026-01-07T12:00:00.000Z';
  const { calls } = bodyOf(ask(of, 'GET', `/v2/calls?fromDateTime=${from}&toDateTime=${week.to}`));
  const times = calls.map((call: { scheduled?: string; started: string }) =>
    Date.parse(call.scheduled ?? call.started),
  );

  expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.parse(from));
  expect(bodyOf(ask(of, 'GET', `/v2/calls/${calls[0].id}`)).call).toEqual(calls[0]);
});

test('100,000 calls open, and any page of them is at hand', () => {
  const of = open({ calls: 100_000, to: '2026-07-01T00:00:00Z' });
  const ids = of.idsWithin(week.from, '2026-07-01T00:00:00Z');
  const found = ask(of, 'GET', `/v2/calls/${ids[99_999]}`);

  expect(ids).toHaveLength(100_000);
  expect(bodyOf(found).call.id).toBe(ids[99_999]);
});
