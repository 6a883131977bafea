import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addressPrefix } from '../../src/api/limits/address-prefix.js';
import { Buckets } from '../../src/api/limits/buckets.js';
import { graphql } from '../kit/client.js';
import { probed, ProbeResolver } from '../kit/probe.resolver.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';
import { admittedSocket, rawSocket } from './raw-socket.js';

const limits = {
  key: { perSecond: 0.2, burst: 20 },
  misuse: { perSecond: 0.01, burst: 1 },
  strangers: { perSecond: 0.2, burst: 10 },
};
const query = '{ viewer { name } }';

let hub: SmallHub;
beforeAll(async () => {
  hub = await openSmallHub({ limits, resolvers: [ProbeResolver] });
});
afterAll(() => hub.close());

const send = (key: string | undefined, count: number, document = query) =>
  Promise.all(Array.from({ length: count }, () => graphql(hub.url, key, document)));
const statuses = (answers: readonly { status: number }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

test('a key that asks too often is told when to come back, and others are not held up', async () => {
  const [busy, calm] = [await hub.key('CS'), await hub.key('CS')];
  // Until it has worked once, what comes with it counts as a stranger's.
  await send(busy, 1);

  const answers = await send(busy, 40);
  const refused = answers.filter(({ status }) => status === 429);

  expect(refused.length).toBeGreaterThan(10);
  expect(statuses(answers)[200]).toBeGreaterThanOrEqual(15);
  for (const { headers, errors } of refused) {
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', remedy: expect.stringContaining('Try again in') });
  }
  expect((await graphql(hub.url, calm, query)).status).toBe(200);
});

test('who asks for much pays more', async () => {
  const [cheap, dear] = [await hub.key('ADMIN'), await hub.key('ADMIN')];
  const page = (name: string) =>
    `${name}: apiKeys(first: 100) { nodes { id label role customerId createdAt expiresAt revokedAt lastUsedAt staff { id name email } } }`;

  expect(statuses(await send(cheap, 10))).toEqual({ 200: 10 });
  // 10 tokens and more: five pages of a hundred with a dozen fields each.
  const dearly = `{ ${['a', 'b', 'c', 'd', 'e'].map(page).join(' ')} }`;
  const answers = [await graphql(hub.url, dear, dearly), ...(await send(dear, 12, dearly))];

  expect(answers[0]?.status).toBe(200);
  expect(statuses(answers)[429]).toBeGreaterThanOrEqual(3);
});

test('who goes on sending documents that cannot be run waits for long, and nobody else does', async () => {
  const [key, other] = [await hub.key('CS'), await hub.key('CS')];

  const statusesInTurn: number[] = [];
  for (const document of [query, '{ shoe }', query, '{ shoe }', query, query])
    statusesInTurn.push((await graphql(hub.url, key, document)).status);

  expect(statusesInTurn).toEqual([200, 400, 200, 400, 429, 429]);
  expect((await graphql(hub.url, other, query)).status).toBe(200);
});

test('of many bad documents that come at once, those are read that may be, one after the other', async () => {
  const patient = await openSmallHub({ limits: { ...limits, key: { perSecond: 1e6, burst: 1e6 } } });
  onTestFinished(() => patient.close());
  const key = await patient.key('CS');
  expect((await graphql(patient.url, key, query)).status).toBe(200);

  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => graphql(patient.url, key, `{ shoe${n} }`)));

  expect(statuses(answers)).toEqual({ 400: 2, 429: 18 });
  expect((await graphql(patient.url, patient.adminKey, query)).status).toBe(200);
});

test('an address that tries key after key is stopped, but not those whose key has worked', async () => {
  // Its address stays over the limit for as long as the test runs, and for nobody else's test.
  const guarded = await openSmallHub({ limits: { ...limits, strangers: { perSecond: 0.0001, burst: 10 } } });
  onTestFinished(() => guarded.close());
  const [known, fresh] = [await guarded.key('CS'), await guarded.key('CS')];
  expect((await graphql(guarded.url, known, query)).status).toBe(200);

  const guess = () => `pb_${randomBytes(32).toString('base64url')}`;
  const answers = await Promise.all(Array.from({ length: 40 }, () => graphql(guarded.url, guess(), query)));
  expect(statuses(answers)).toEqual({ 401: 10, 429: 30 });
  const socket = await rawSocket(guarded.url);
  socket.send({ type: 'connection_init', payload: { authorization: 'Bearer guess' } });
  const [old, first] = await Promise.all([graphql(guarded.url, known, query), graphql(guarded.url, fresh, query)]);

  expect([old.status, first.status]).toEqual([200, 429]);
  expect(await socket.end()).toMatchObject({ code: 1013, reason: expect.stringContaining('RATE_LIMITED') });
});

test('a socket that asks too often is refused the operation and stays', async () => {
  probed.started = 0;
  const key = hub.adminKey;
  const socket = await admittedSocket(hub.url, key);
  for (let n = 0; n < 40; n += 1) socket.ask(`${n}`, query);

  const { payload } = await socket.message('error');

  expect(payload[0].extensions).toEqual({ code: 'RATE_LIMITED', remedy: expect.any(String) });
  expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  socket.socket.close();
});

describe('token buckets', () => {
  test('give a burst, then nothing, and say when there is more', () => {
    const buckets = new Buckets({ perSecond: 10, burst: 3 });

    expect([1, 2, 3].map(() => buckets.take('a'))).toEqual([0, 0, 0]);
    expect(buckets.take('a')).toBeCloseTo(0.1, 1);
    expect(buckets.take('b')).toBe(0);
  });

  test('let somebody have more than a burst when they are full, and make them wait for it after', () => {
    const buckets = new Buckets({ perSecond: 10, burst: 3 });

    expect(buckets.take('a', 5)).toBe(0);
    expect(buckets.take('a')).toBeCloseTo(0.3, 1);
  });
});

test.each([
  ['203.0.113.7', '203.0.113'],
  ['::ffff:203.0.113.200', '203.0.113'],
  ['2001:db8:1:2:3:4:5:6', '2001:0db8:0001:00'],
  ['2001:DB8:1:2ff::9', '2001:0db8:0001:02'],
  ['::1', '0000:0000:0000:00'],
  ['fe80::1%eth0', 'fe80:0000:0000:00'],
  [undefined, 'unknown'],
])('the neighbourhood of %s is %s', (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});
