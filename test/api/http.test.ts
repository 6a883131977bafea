import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { getIntrospectionQuery } from 'graphql';
import { openLog } from '../../src/infra/log.js';
import { ask, graphql, refusedWith } from '../kit/client.js';
import { probed, ProbeResolver } from '../kit/probe.resolver.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

/** Everything here is wrong on purpose, with one key. */
const limits = { key: { perSecond: 1e6, burst: 1e6 } };

let hub: SmallHub;
let logged = '';
beforeAll(async () => {
  const sink = new PassThrough();
  sink.on('data', chunk => (logged += String(chunk)));
  hub = await openSmallHub({ resolvers: [ProbeResolver], log: openLog('debug', sink), limits });
});
afterAll(() => hub.close());
beforeEach(() => {
  logged = '';
  Object.assign(probed, { started: 0, freed: 0, slow: undefined });
});

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${hub.url}/graphql`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.adminKey}`, ...headers },
  });

test.each([undefined, 'pb_unknown', 'x'.repeat(600), 'two words'])(
  'a request with the key %s is told how to get in',
  async key => {
    const { status, errors, headers, data } = await graphql(hub.url, key, '{ viewer { name } }');

    expect([status, data, headers.get('www-authenticate')]).toEqual([401, undefined, 'Bearer']);
    expect(errors).toEqual([
      {
        message: expect.any(String),
        extensions: { code: 'UNAUTHENTICATED', remedy: expect.stringContaining('Authorization: Bearer') },
      },
    ]);
  },
);

test('strangers cannot even introspect, key holders can', async () => {
  expect((await graphql(hub.url, undefined, getIntrospectionQuery())).status).toBe(401);
  expect((await ask(hub.url, hub.adminKey, getIntrospectionQuery())).__schema.types.length).toBeGreaterThan(10);
});

test('the error codes can be listed', async () => {
  const { errorCodes } = await ask(hub.url, hub.adminKey, '{ errorCodes { code meaning } }');

  expect(errorCodes).toContainEqual({ code: 'NOT_FOUND', meaning: expect.stringContaining('somebody else') });
});

const failing = 'query ($how: String!) { fail(how: $how) }';

test('an error for the caller carries code, field and remedy, and nothing else', async () => {
  const { errors, status } = await graphql(hub.url, hub.adminKey, failing, { how: 'caller' });

  expect(status).toBe(200);
  expect(errors).toEqual([
    {
      message: 'No.',
      path: ['fail'],
      locations: expect.anything(),
      extensions: { code: 'CONFLICT', field: 'how', remedy: 'Do not.' },
    },
  ]);
});

test('a platform that cannot be reached is not taken for our database', async () => {
  expect(await refusedWith(hub.url, hub.adminKey, failing, { how: 'platform' })).toMatchObject({
    status: 200,
    extensions: { code: 'PLATFORM_UNREACHABLE', remedy: 'Wait.' },
  });
});

test.each(['promise', 'sql', 'odd'])('a fault of ours (%s) shows a reference that finds it in the log', async how => {
  const { data, errors } = await graphql(hub.url, hub.adminKey, failing, { how });

  const [, reference] = /Reference: ([0-9a-f-]{36})$/.exec(errors?.[0]?.message ?? '') ?? [];
  expect(errors?.[0]?.extensions.code).toBe('INTERNAL');
  expect(data).toEqual({ fail: null });
  expect(JSON.stringify(errors)).not.toMatch(/canary|select|stack|\.ts/);
  const line = logged.split('\n').find(text => text.includes(reference ?? '-'));
  expect(line).toMatch(/canary/);
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'error', error: { stack: expect.any(String) } });
});

test.each([
  ['a document with bad syntax', '{ viewer { ', 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', '{ viewer { shoe } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'an unnamed choice of operations',
    'query A { viewer { name } } query B { viewer { role } }',
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['a text where a number belongs', '{ customers(first: "many") { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['more than 2,000 tokens', `{ ${'viewer { name } '.repeat(600)} }`, 'GRAPHQL_PARSE_FAILED'],
  ['more than 8 levels', `{ nest { ${'inner { '.repeat(7)} word ${'} '.repeat(7)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'more than 30 aliases',
    `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: viewer { name }`).join(' ')} }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'more than 500 fields, counted after fragments',
    `{ ${Array.from({ length: 30 }, (_, n) => `a${n}: nest { ...A }`).join(' ')} } fragment A on Nest { ${'inner { word __typename '.repeat(6)} ${'} '.repeat(6)} }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a field asked for 32 times', `{ viewer { ${'name '.repeat(32)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
  ['more than 20 directives', `{ viewer { name ${'@skip(if: false) '.repeat(21)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'more than 50 fragments',
    `{ viewer { ...A0 } } ${Array.from({ length: 51 }, (_, n) => `fragment A${n} on Viewer { name }`).join(' ')}`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a large fragment that nobody spreads',
    `{ viewer { name } } fragment A on Viewer { ${'name '.repeat(1_900)} }`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fragments that multiply',
    `{ nest { ...A0 } } ${Array.from({ length: 40 }, (_, n) => `fragment A${n} on Nest { ${n < 39 ? `...A${n + 1} x: word ...A${n + 1}` : 'word'} }`).join(' ')}`,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'fragments that spread each other',
    '{ nest { ...A } } fragment A on Nest { ...B } fragment B on Nest { ...A }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
])('%s gets a 400 and a code', async (_what, query, code) => {
  const { status, errors } = await graphql(hub.url, hub.adminKey, query);

  expect(status).toBe(400);
  expect(errors?.map(({ extensions }) => extensions.code)).toContain(code);
  for (const { extensions } of errors ?? []) expect(extensions.remedy).toBeTruthy();
});

test('8 levels and 30 aliases are answered', async () => {
  const aliases = Array.from({ length: 30 }, (_, n) => `a${n}: viewer { name }`).join(' ');

  await ask(hub.url, hub.adminKey, `{ nest { ${'inner { '.repeat(6)} word ${'} '.repeat(6)} } }`);
  await ask(hub.url, hub.adminKey, `{ ${aliases} }`);
});

test.each(['2026-01-31T23:59:59Z', '2026-01-31T23:59:59.5Z', '2024-02-29T00:00:00.000+00:00'])(
  'reads the time %s',
  async at => {
    expect((await ask(hub.url, hub.adminKey, 'query ($at: DateTime!) { echo(at: $at) }', { at })).echo).toBe(
      new Date(at).toISOString(),
    );
  },
);

test.each([
  '2026-01-31',
  '2026-01-31T23:59:59',
  '2026-01-31T23:59:59+01:00',
  '2026-02-30T00:00:00Z',
  '2026-01-31T24:00:00Z',
  'soon',
  '',
  5,
])('refuses the time %s, as a variable and in the document', async at => {
  const variable = await refusedWith(hub.url, hub.adminKey, 'query ($at: DateTime!) { echo(at: $at) }', { at });
  const literal = await refusedWith(hub.url, hub.adminKey, `{ echo(at: ${JSON.stringify(at)}) }`);

  expect(variable).toMatchObject({ status: 400, extensions: { code: 'INVALID_INPUT', field: 'at' } });
  expect(literal).toMatchObject({ status: 400, extensions: { code: 'INVALID_INPUT', field: 'at' } });
  expect(variable.message).toContain('ISO 8601');
});

test.each([
  ['createApiKey(input: { label: "x", role: "canary" }) { secret }', 'input.role', 'INVALID_INPUT'],
  ['createApiKey(input: { label: 5, role: CS }) { secret }', 'input.label', 'GRAPHQL_VALIDATION_FAILED'],
  ['createApiKey(input: { role: CS }) { secret }', 'input.label', 'GRAPHQL_VALIDATION_FAILED'],
  ['createApiKey { secret }', 'input', 'GRAPHQL_VALIDATION_FAILED'],
])('what is wrong in the document itself is named by its path: %s', async (mutation, field, code) => {
  const document = `mutation { ${mutation} }`;
  const { message, extensions } = await refusedWith(hub.url, hub.adminKey, document);

  expect(extensions).toMatchObject({ code, field, remedy: expect.any(String) });
  expect(message).not.toMatch(/canary/i);
});

test('a value of the wrong kind is named by its path and not repeated', async () => {
  const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';

  const wrong = await refusedWith(hub.url, hub.adminKey, document, {
    input: { label: { canary: 'canary; x' }, role: 'CS' },
  });
  const missing = await refusedWith(hub.url, hub.adminKey, document);

  expect(wrong).toMatchObject({ status: 400, extensions: { code: 'INVALID_INPUT', field: 'input.label' } });
  expect(wrong.message).not.toContain('canary');
  expect(missing.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input' });
});

test('a null in a variable where an argument allows none is the fault of who asks', async () => {
  const wrong = await refusedWith(hub.url, hub.adminKey, 'query ($n: Int) { customers(first: $n) { totalCount } }', {
    n: null,
  });

  expect(wrong.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'first' });
});

test.each([
  ['malformed', '{"query": "canary-secret', 400],
  ['no object', '"canary-secret"', 400],
  ['an array of requests', '[{"query":"{ viewer { name } }"}]', 400],
  ['more than 100 KB', JSON.stringify({ query: 'canary-secret'.repeat(10_000) }), 413],
])('a body that is %s is refused in JSON, neither repeated nor logged', async (_what, body, status) => {
  const response = await post(body);
  const text = await response.text();

  expect(response.status).toBe(status);
  expect(JSON.parse(text).errors[0].extensions).toMatchObject({ code: expect.any(String), remedy: expect.any(String) });
  expect(text + logged).not.toContain('canary');
});

test.each(['text/plain', 'application/x-www-form-urlencoded'])(
  'a body of type %s, as a foreign web page can send, is refused',
  async type => {
    expect((await post('{"query":"{ viewer { name } }"}', { 'content-type': type })).status).toBe(400);
  },
);

test('a GET runs nothing, and says what is taken instead', async () => {
  const response = await fetch(`${hub.url}/graphql?query={viewer{name}}`, {
    headers: { authorization: `Bearer ${hub.adminKey}`, 'apollo-require-preflight': 'x' },
  });

  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('the root says what this is, elsewhere is nothing, and no header tells what it is made of', async () => {
  const root = await fetch(hub.url);
  const nowhere = await fetch(`${hub.url}/wp-admin`);

  expect(await root.text()).toContain('POST /graphql');
  expect([root.status, nowhere.status]).toEqual([200, 404]);
  expect(root.headers.get('x-powered-by')).toBeNull();
});

test('is alive and ready, without a key', async () => {
  expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
});

test("a client that goes away aborts its operation's signal", async () => {
  probed.slow = Promise.withResolvers<void>();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${hub.adminKey}` };
  const asking = request(`${hub.url}/graphql`, { method: 'POST', headers });
  asking.on('error', () => undefined).end(JSON.stringify({ query: '{ slow }' }));
  await vi.waitFor(() => expect(probed.started).toBe(1));
  expect(probed.freed).toBe(0);

  asking.destroy();

  await vi.waitFor(() => expect(probed.freed).toBe(1));
  probed.slow.resolve();
});
