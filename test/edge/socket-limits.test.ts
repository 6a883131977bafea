import { request } from 'node:http';
import { once } from 'node:events';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { SharedSubscriptions } from '../../src/api/shared-subscriptions.js';
import { slowReaders } from '../../src/api/slow-readers.js';
import { openLog } from '../../src/infra/log.js';
import { ask } from '../kit/client.js';
import { probed, ProbeResolver } from '../kit/probe.resolver.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';
import { admittedSocket, rawSocket } from './raw-socket.js';

let hub: SmallHub;
beforeAll(async () => {
  hub = await openSmallHub({ resolvers: [ProbeResolver] });
});
afterAll(() => hub.close());
beforeEach(() => Object.assign(probed, { started: 0, freed: 0, slow: undefined }));

const news = 'subscription ($topic: String!) { news(topic: $topic) }';

test('a page of our own origin may open a socket, and a program that sends none', async () => {
  const own = await rawSocket(hub.url, { origin: hub.url });
  const byName = await rawSocket(hub.url, { origin: hub.url.replace('127.0.0.1', 'localhost') });

  own.socket.close();
  byName.socket.close();
});

test.each(['https://evil.example', 'null', 'http://127.0.0.1', 'file://'])('a page of %s may not', async origin => {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin });

  const [error] = await once(socket, 'error');

  expect(String(error)).toContain('403');
});

test.each([
  [
    'two inits',
    [
      { type: 'connection_init', payload: {} },
      { type: 'connection_init', payload: {} },
    ],
    4429,
  ],
  ['no JSON', ['{'], 4400],
  ['no message of the protocol', [{ type: 'shout' }], 4400],
  ['an operation before the init', [{ type: 'subscribe', id: '1', payload: { query: '{ viewer { name } }' } }], 4401],
  ['an id that is no text', [{ type: 'subscribe', id: 1, payload: { query: '{ viewer { name } }' } }], 4400],
  ['a frame of 65 KB', ['x'.repeat(65 * 1_024)], 1009],
  ['a frame of 1 MB', ['x'.repeat(1_024 * 1_024)], 1009],
])('a socket that sends %s is closed', async (_what, messages, code) => {
  const socket = await rawSocket(hub.url);
  for (const message of messages) socket.send(message);

  const end = await socket.end();

  // The first of two inits, without a key, may be answered first.
  expect(code === 4429 ? [4429, 4401] : [code]).toContain(end.code);
});

test('a second init on a socket that was admitted closes it', async () => {
  const socket = await admittedSocket(hub.url, hub.adminKey);
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${hub.adminKey}` } });

  expect((await socket.end()).code).toBe(4429);
});

test('an id that is in use closes the socket', async () => {
  const socket = await admittedSocket(hub.url, hub.adminKey);
  socket.ask('1', news, { topic: 'x' });
  await socket.message('next');
  socket.ask('1', news, { topic: 'y' });

  expect((await socket.end()).code).toBe(4409);
  await vi.waitFor(() => expect(probed.freed).toBe(1));
});

test('a protocol that we do not speak is closed', async () => {
  const socket = await rawSocket(hub.url, { protocol: 'graphql-ws' }).catch((error: Error) => error);

  if (socket instanceof Error) expect(socket.message).toMatch(/subprotocol/i);
  else expect((await socket.end()).code).toBe(4406);
});

test('the 21st operation on a socket is refused, and there is room again when one has ended', async () => {
  const socket = await admittedSocket(hub.url, hub.adminKey);
  for (let n = 1; n <= 21; n += 1) socket.ask(`${n}`, news, { topic: `t${n}` });

  const { id, payload } = await socket.message('error');
  expect([id, payload[0].extensions.code]).toEqual(['21', 'RATE_LIMITED']);
  await socket.message('next', 20);
  socket.send({ type: 'complete', id: '1' });
  await vi.waitFor(() => expect(probed.freed).toBe(1));
  socket.ask('22', news, { topic: 't22' });

  expect(await socket.message('next', 21)).toMatchObject({ id: '22' });
  socket.socket.close();
});

test('the 11th socket of a key is asked to come back later, and there is room again when one has gone', async () => {
  const key = await hub.key('CS');
  const sockets = await Promise.all(Array.from({ length: 10 }, () => admittedSocket(hub.url, key)));
  const eleventh = await rawSocket(hub.url);
  eleventh.send({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });

  expect(await eleventh.end()).toMatchObject({ code: 1013, reason: expect.stringContaining('at most 10 sockets') });
  sockets[0]?.socket.terminate();
  await vi.waitFor(async () => (await admittedSocket(hub.url, key)).socket.close(), 3_000);
  for (const { socket } of sockets) socket.close();
});

test('a socket that floods us with messages is closed', async () => {
  const socket = await admittedSocket(hub.url, hub.adminKey);
  for (let n = 0; n < 400; n += 1) socket.send({ type: 'ping' });

  expect(await socket.end()).toMatchObject({ code: 1008, reason: expect.stringContaining('RATE_LIMITED') });
});

test('a hundred sockets of ten keys are closed within 5 seconds after their keys were revoked, and hear nothing after', async () => {
  const keys = await Promise.all(Array.from({ length: 10 }, () => hub.key('CS', { label: 'a hundred sockets' })));
  const sockets = await Promise.all(
    keys.flatMap(key => Array.from({ length: 10 }, () => admittedSocket(hub.url, key))),
  );
  for (const socket of sockets) socket.ask('1', news, { topic: 'all' });
  await Promise.all(sockets.map(socket => socket.message('next')));
  const { apiKeys } = await ask(hub.url, hub.adminKey, '{ apiKeys(first: 10) { nodes { id } } }');
  const ids: string[] = apiKeys.nodes.map(({ id }: { id: string }) => id);

  const revokedAt = performance.now();
  await ask(
    hub.url,
    hub.adminKey,
    `mutation { ${ids.map((id, n) => `k${n}: revokeApiKey(id: "${id}") { id }`).join(' ')} }`,
  );
  const ends = await Promise.all(sockets.map(socket => socket.end()));
  const tookMs = performance.now() - revokedAt;
  hub.house.bus.publish('all', 'secret');
  // The same subscription of many runs once.
  await vi.waitFor(() => expect(probed.freed).toBe(probed.started));
  expect(probed.started).toBeGreaterThan(0);

  console.info(`100 sockets of 10 revoked keys: the last was closed after ${tookMs.toFixed(0)} ms`);
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([4403]));
  expect(tookMs).toBeLessThan(5_000);
  expect(sockets.flatMap(({ messages }) => messages).filter(({ payload }) => payload?.data?.news === 'secret')).toEqual(
    [],
  );
});

test('a socket that does not hang up when it is told to is cut off, and what ran on it is freed at once', async () => {
  const key = await hub.key('CS', { label: 'deaf' });
  const socket = await admittedSocket(hub.url, key);
  socket.ask('1', news, { topic: 'deaf' });
  await socket.message('next');
  socket.socket.pause();

  await hub.database.query("update api_keys set revoked_at = now() where label = 'deaf'");
  hub.house.bus.publish('key-revoked', {});

  await vi.waitFor(() => expect(probed.freed).toBe(1), 6_000);
  socket.socket.terminate();
});

const followed = async (events: AsyncGenerator<ExecutionResult>) =>
  (await new SharedSubscriptions().join('', () => events, new AbortController().signal)) as typeof events;

test('what waits for a slow reader is bounded: the latest states are kept, and errors', async () => {
  const gate = Promise.withResolvers<void>();
  async function* events() {
    for (let n = 0; n < 1_000; n += 1) yield { data: { n }, ...(n === 500 && { errors: [new Error('odd') as never] }) };
    gate.resolve();
  }
  const stream = await followed(events());
  await gate.promise;

  const heard: unknown[] = [];
  for await (const { data, errors } of stream) heard.push(errors === undefined ? data?.['n'] : 'odd');

  expect(heard.length).toBeLessThanOrEqual(9);
  expect(heard).toContain('odd');
  expect(heard.at(-1)).toBe(999);
});

test('a fast reader misses nothing', async () => {
  async function* events() {
    for (let n = 0; n < 100; n += 1) yield await Promise.resolve({ data: { n } });
  }

  const heard: unknown[] = [];
  for await (const { data } of await followed(events())) heard.push(data?.['n']);

  expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test('a socket whose reader leaves more than 1 MB lying for 10 seconds is cut off', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const cut = vi.fn();
  const look = slowReaders(openLog('silent'));
  const socket = { bufferedAmount: 2_000_000, terminate: cut } as unknown as WebSocket;

  look(socket);
  vi.advanceTimersByTime(9_000);
  look(socket);
  expect(cut).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_500);
  look(socket);
  vi.useRealTimers();

  expect(cut).toHaveBeenCalledOnce();
});

test('a socket that has caught up in time stays', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const cut = vi.fn();
  const look = slowReaders(openLog('silent'));
  const socket = { bufferedAmount: 2_000_000, terminate: cut };

  for (const bufferedAmount of [2_000_000, 0, 2_000_000]) {
    look(Object.assign(socket, { bufferedAmount }) as unknown as WebSocket);
    vi.advanceTimersByTime(9_000);
  }
  vi.useRealTimers();

  expect(cut).not.toHaveBeenCalled();
});

test('an upgrade elsewhere is refused', async () => {
  const asking = request(`${hub.url}/elsewhere`, {
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    },
  });
  asking.end();
  const [response] = await once(asking, 'response');

  expect(response.statusCode).toBe(400);
});
