/** What pretend platforms tell by themselves as time passes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import gong from '../../connections/gong/simulator.js';
import ringcentral from '../../connections/ringcentral/simulator.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { playedPlatforms, startPlatformSandbox } from '../kit/platforms.js';

const start = Date.parse('2026-03-02T08:00:00Z');
const hourMs = 3_600_000;
const stretch = { from: new Date(start).toISOString(), to: new Date(start + 4 * hourMs).toISOString() };
const live = (await playedPlatforms()).filter(({ simulator }) => simulator.isLive === true);

interface Heard {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

let now: number;
let status: number;
let heard: Heard[];
let receiver: Server;
let url: string;

beforeEach(async () => {
  [now, status, heard] = [start, 200, []];
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      const token = request.headers['validation-token'];
      response.writeHead(status, token === undefined ? {} : { 'validation-token': token }).end();
    });
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
});
afterEach(() => new Promise(resolve => receiver.close(resolve)));

async function openRingCentral(eventFaults = {}) {
  const token = 'a-token-of-the-test';
  const sandbox = await startSandbox({
    ...{ platform: ringcentral, calls: 40, seed: 3, ...stretch, limits: 'off', now: () => now, eventFaults },
    oauth: {
      look: given =>
        given === token
          ? { state: 'live', grant: { account: 'sandbox', person: 'admin', scopes: ['CallControl', 'ReadCallLog'] } }
          : { state: 'unknown' },
    },
  });
  onTestFinished(() => sandbox.close());
  const ask = (method: string, body?: unknown) =>
    fetch(`${sandbox.url}/restapi/v1.0/subscription`, {
      ...{ method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const subscribe = () =>
    ask('POST', {
      eventFilters: ['/restapi/v1.0/account/~/telephony/sessions?statusCode=Disconnected'],
      deliveryMode: { transportType: 'WebHook', address: url, verificationToken: 'between us' },
    });
  return { sandbox, ask, subscribe };
}

test.each(live.map(({ id, ...played }) => ({ id, played })))(
  '$id: calls are there when they have ended',
  async ({ id, played }) => {
    const sandbox = await startPlatformSandbox(
      { id, ...played },
      { calls: 20, ...stretch, limits: 'off', now: () => now },
    );
    onTestFinished(() => sandbox.close());
    const counts = [0, 1, 2, 6].map(hours => {
      now = Date.parse(sandbox.window.from) + hours * hourMs;
      return sandbox.truth().length;
    });
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect([counts[0], counts[3]]).toEqual([0, 20]);
    expect(counts[1]).toBeLessThan(20);
  },
);

test('whoever has subscribed is told of each call once, after showing that the address is theirs', async () => {
  const { sandbox, subscribe } = await openRingCentral();
  expect((await subscribe()).status).toBe(200);
  expect(heard).toHaveLength(1);

  now = start + 6 * hourMs;
  await sandbox.events?.tell();
  await sandbox.events?.tell();

  expect(heard).toHaveLength(41);
  expect(heard.slice(1).every(({ headers }) => headers['verification-token'] === 'between us')).toBe(true);
  expect(new Set(sandbox.events?.ledger().map(({ about }) => about))).toEqual(new Set(sandbox.truth()));
});

test('a subscription whose address does not answer the challenge is refused, and not made', async () => {
  const { sandbox, ask, subscribe } = await openRingCentral();
  status = 404;
  expect((await subscribe()).status).toBe(400);
  expect(await (await ask('GET')).json()).toMatchObject({ records: [] });

  now = start + 6 * hourMs;
  await sandbox.events?.tell();
  expect(heard).toHaveLength(1);
});

test('events are lost, repeated and held back in the shares asked for, and all of it is written down', async () => {
  const { sandbox, subscribe } = await openRingCentral({ drop: 0.3, duplicates: 0.5, late: 0.5, lateSeconds: 600 });
  await subscribe();
  for (; now < start + 6 * hourMs; now += hourMs / 6) await sandbox.events?.tell();

  const ledger = sandbox.events?.ledger() ?? [];
  const count = (kind: string) => ledger.filter(entry => entry.kind === kind).length;
  expect(count('sent') + count('dropped')).toBe(40);
  expect(heard.length - 1).toBe(count('sent') + count('repeated'));
  expect(count('dropped')).toBeGreaterThan(4);
  expect(count('dropped')).toBeLessThan(22);
  expect(count('repeated')).toBeGreaterThan(4);
  expect(ledger.filter(({ kind, isLate }) => kind === 'sent' && isLate).length).toBeGreaterThan(4);
  for (const { at, toldAt = at } of ledger) expect(toldAt).toBeGreaterThanOrEqual(at);
  expect(() => sandbox.events?.setFaults({ drop: 2 })).toThrow('drop must be a share from 0 to 1');
});

test('what is refused by a receiver in trouble is sent again where the platform does so', async () => {
  const played = live.find(({ simulator }) => simulator.webhooks?.retryMinutes !== undefined);
  if (played === undefined) throw new Error('No platform sends anything again.');
  const challenge = undefined;
  const simulator = {
    ...played.simulator,
    webhooks: { ...(played.simulator.webhooks as NonNullable<typeof played.simulator.webhooks>), challenge },
  };
  const sandbox = await startPlatformSandbox(
    { ...played, simulator },
    { calls: 1, ...stretch, limits: 'off', now: () => now },
  );
  onTestFinished(() => sandbox.close());
  now = Date.parse(sandbox.window.from);
  await sandbox.events?.tell();
  await sandbox.events?.enter(url);
  status = 503;
  now += 6 * hourMs;
  await sandbox.events?.tell();
  const first = heard.length;
  status = 200;
  now += 10 * 60_000;
  await sandbox.events?.tell();
  now += 6 * hourMs;
  await sandbox.events?.tell();

  expect(heard).toHaveLength(2 * first);
  expect(sandbox.events?.ledger().map(({ kind, status: answered }) => [kind, answered])).toEqual([
    ...Array.from({ length: first }, () => ['sent', 503]),
    ...Array.from({ length: first }, () => ['tried again', 200]),
  ]);
});

test('the admin port shows what was sent, enters addresses, and changes what goes wrong', async () => {
  const { sandbox, subscribe } = await openRingCentral();
  await subscribe();
  const ask = async (method: string, path: string, body?: object) => {
    const reply = await fetch(sandbox.adminUrl + path, { method, ...(body && { body: JSON.stringify(body) }) });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  expect((await ask('POST', '/events/faults', { drop: 1 })).body).toMatchObject({ drop: 1 });
  now = start + 6 * hourMs;
  await sandbox.events?.tell();
  const { secret, events } = (await ask('GET', '/events')).body;
  expect(secret).toMatch(/./);
  expect((events as { kind: string }[]).map(({ kind }) => kind)).toEqual(Array.from({ length: 40 }, () => 'dropped'));
  expect((await ask('POST', '/events/addresses', { url })).status).toBe(200);
  status = 500;
  expect((await ask('POST', '/events/addresses', { url })).body.error).toMatch(/meets the challenge/);
});

test('a platform in which nothing comes into being takes no clock', async () => {
  const open = startSandbox({ platform: gong, calls: 1, seed: 1, ...stretch, now: () => now });
  await expect(open).rejects.toThrow('knows no passing of time');
});
