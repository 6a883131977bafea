import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ask, subscribe } from '../kit/client.js';
import { probed, ProbeResolver } from '../kit/probe.resolver.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

let hub: SmallHub;
let shiftMs = 0;
beforeAll(async () => {
  hub = await openSmallHub({ resolvers: [ProbeResolver], clock: { now: () => new Date(Date.now() + shiftMs) } });
});
afterAll(() => hub.close());
beforeEach(() => Object.assign(probed, { started: 0, freed: 0 }));

interface Message {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
  readonly payload?: any;
}

/** The protocol by hand, so that the server is not tested by its own other half. */
async function aSocket(authorization?: unknown) {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: Message[] = [];
  let closed: { code: number; reason: string } | undefined;
  socket.on('message', data => messages.push(JSON.parse(String(data))));
  socket.on('close', (code, reason) => (closed = { code, reason: String(reason) }));
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: 'connection_init', payload: authorization === undefined ? {} : { authorization } });
  return {
    socket,
    messages,
    send,
    ask: (id: string, query: string, variables = {}) => send({ type: 'subscribe', id, payload: { query, variables } }),
    message: (type: string, nth = 1) =>
      vi.waitFor(() => {
        const found = messages.filter(message => message.type === type)[nth - 1];
        if (found === undefined)
          throw new Error(`No ${type} yet, but ${JSON.stringify(messages)}, ${JSON.stringify(closed)}`);
        return found;
      }),
    end: () =>
      vi.waitFor(
        () => {
          if (closed === undefined) throw new Error('The socket is still open.');
          return closed;
        },
        { timeout: 10_000 },
      ),
  };
}

async function anAdmittedSocket(key = hub.adminKey) {
  const socket = await aSocket(`Bearer ${key}`);
  await socket.message('connection_ack');
  return socket;
}

const news = 'subscription ($topic: String!) { news(topic: $topic) }';

test('gives the present state, then every event, then ends', async () => {
  const heard: unknown[] = [];
  for await (const { data } of subscribe(hub.url, hub.adminKey, news, { topic: 'a' })) {
    heard.push(data.news);
    if (data.news === 'hello') hub.house.bus.publish('a', 'more');
    if (data.news === 'more') hub.house.bus.publish('a', 'end');
  }

  expect(heard).toEqual(['hello', 'more']);
  expect(probed).toMatchObject({ started: 1, freed: 1 });
});

test.each([undefined, 'Bearer wrong', 'wrong', { key: 'x' }])(
  'a socket with the authorization %o is closed with 4401',
  async authorization => {
    const socket = await aSocket(authorization);

    expect(await socket.end()).toMatchObject({ code: 4401, reason: expect.stringContaining('UNAUTHENTICATED') });
    expect(socket.messages).toEqual([]);
  },
);

test('who asks before being admitted is closed without an answer', async () => {
  const socket = await aSocket('Bearer wrong');
  socket.ask('1', '{ errorCodes { code } }');

  expect((await socket.end()).code).toBe(4401);
  expect(socket.messages).toEqual([]);
});

test('a socket that says nothing is closed', async () => {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');

  const [code] = await once(socket, 'close');

  expect(code).toBe(4408);
});

test('a subscription that the client completes is freed at once, though no event comes', async () => {
  const socket = await anAdmittedSocket();
  socket.ask('1', news, { topic: 'silent' });
  await socket.message('next');

  socket.send({ type: 'complete', id: '1' });

  await vi.waitFor(() => expect(probed).toMatchObject({ started: 1, freed: 1 }));
  socket.ask('2', '{ viewer { role } }');
  expect(await socket.message('next', 2)).toMatchObject({ id: '2', payload: { data: { viewer: { role: 'ADMIN' } } } });
  socket.socket.close();
});

test('everything on a socket is freed when it is cut', async () => {
  const socket = await anAdmittedSocket();
  for (const id of ['1', '2', '3']) socket.ask(id, news, { topic: `silent ${id}` });
  await socket.message('next', 3);

  socket.socket.terminate();

  await vi.waitFor(() => expect(probed).toMatchObject({ started: 3, freed: 3 }));
});

test.each([
  ['bad syntax', '{ viewer {', 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', '{ shoe }', 'GRAPHQL_VALIDATION_FAILED'],
  ['no operation', 'fragment A on Viewer { name }', 'GRAPHQL_VALIDATION_FAILED'],
  ['too many levels', `{ nest { ${'inner { '.repeat(12)} word ${'} '.repeat(12)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
  ['too many tokens', `{ ${'viewer { name } '.repeat(600)} }`, 'GRAPHQL_PARSE_FAILED'],
])('%s is refused on a socket as over HTTP, and the socket stays', async (_what, query, code) => {
  const socket = await anAdmittedSocket();
  socket.ask('1', query);

  const { payload } = await socket.message('error');

  expect(payload[0].extensions).toEqual({ code, remedy: expect.any(String) });
  socket.ask('2', '{ viewer { role } }');
  await socket.message('next');
  socket.socket.close();
});

test('errors of values, roles and faults look on a socket as over HTTP', async () => {
  const sales = await hub.key('SALES');
  const socket = await anAdmittedSocket(sales);
  socket.ask('1', 'query ($at: DateTime!) { echo(at: $at) }', { at: 'canary' });
  socket.ask('2', news, { topic: 'x' });
  socket.ask('3', '{ fail(how: "odd") }');
  await socket.message('next', 3);

  const errors = socket.messages.filter(({ type }) => type === 'next').map(({ payload }) => payload.errors[0]);

  expect(errors.map(error => error.extensions.code).sort()).toEqual(['FORBIDDEN', 'INTERNAL', 'INVALID_INPUT']);
  expect(JSON.stringify(socket.messages)).not.toContain('canary');
  socket.socket.close();
});

test.each([
  ['fail', 'canary-source'],
  ['b', 'canary-event'],
])('a fault in a subscription (%s) shows only a reference', async (topic, canary) => {
  const socket = await anAdmittedSocket();
  socket.ask('1', news, { topic });
  if (topic === 'b') {
    await socket.message('next');
    hub.house.bus.publish('b', 'fail');
  }

  const error = await vi.waitFor(() => {
    const found = socket.messages.flatMap(
      ({ payload }) => payload?.errors ?? (Array.isArray(payload) ? payload : []),
    )[0];
    if (found === undefined) throw new Error('No error yet.');
    return found;
  });

  expect(error.extensions.code).toBe('INTERNAL');
  expect(error.message).toContain('Reference: ');
  expect(JSON.stringify(socket.messages)).not.toContain(canary);
  socket.socket.close();
});

test('a frame of more than 100 KB closes the socket', async () => {
  const socket = await anAdmittedSocket();
  socket.ask('1', `{ viewer { name } } #${'x'.repeat(110_000)}`);

  expect((await socket.end()).code).toBe(1009);
});

const revoke = 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }';

test('a socket is closed within 5 seconds after its key was revoked, others stay', async () => {
  const key = await hub.key('CS', { label: 'to be revoked' });
  const [mine, other] = [await anAdmittedSocket(key), await anAdmittedSocket()];
  mine.ask('1', news, { topic: 'silent' });
  await mine.message('next');
  const { apiKeys } = await ask(hub.url, hub.adminKey, '{ apiKeys(first: 1) { nodes { id label } } }');

  const revokedAt = performance.now();
  await ask(hub.url, hub.adminKey, revoke, { id: apiKeys.nodes[0].id });
  const end = await mine.end();

  expect(end).toMatchObject({ code: 4403, reason: expect.stringContaining('revoked') });
  expect(performance.now() - revokedAt).toBeLessThan(5_000);
  await vi.waitFor(() => expect(probed.freed).toBe(1));
  expect(other.socket.readyState).toBe(WebSocket.OPEN);
  other.socket.close();
});

test('also when the news of it is lost', async () => {
  const mine = await anAdmittedSocket(await hub.key('CS', { label: 'lost news' }));

  await hub.database.query("update api_keys set revoked_at = now() where label = 'lost news'");

  expect((await mine.end()).code).toBe(4403);
});

test('a socket is closed within 5 seconds after its key has expired', async () => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const mine = await anAdmittedSocket(await hub.key('CS', { expiresAt }));

  shiftMs = 3_600_000;

  expect((await mine.end()).code).toBe(4403);
  shiftMs = 0;
});
