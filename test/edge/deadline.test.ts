import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { graphql } from '../kit/client.js';
import { probed, ProbeResolver } from '../kit/probe.resolver.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';
import { admittedSocket } from './raw-socket.js';

const deadlineMs = 300;

let hub: SmallHub;
beforeAll(async () => {
  hub = await openSmallHub({ resolvers: [ProbeResolver], limits: { deadlineMs } });
});
afterAll(() => hub.close());
beforeEach(() => Object.assign(probed, { started: 0, freed: 0, slow: Promise.withResolvers<void>() }));

const tooLate = { extensions: { code: 'DEADLINE_EXCEEDED', remedy: expect.any(String) } };

test('an operation that takes too long is given up, told so in one error, and its signal aborts', async () => {
  const { status, data, errors } = await graphql(hub.url, hub.adminKey, '{ viewer { name } a: slow b: slow }');

  expect([status, data, errors?.length]).toEqual([504, undefined, 1]);
  expect(errors?.[0]).toMatchObject(tooLate);
  expect(probed).toMatchObject({ started: 2, freed: 2 });
});

test('also on a socket, which stays', async () => {
  const socket = await admittedSocket(hub.url, hub.adminKey);
  socket.ask('1', '{ slow }');

  expect((await socket.message('next')).payload.errors[0]).toMatchObject(tooLate);
  expect(probed.freed).toBe(1);
  socket.ask('2', '{ viewer { name } }');
  expect((await socket.message('next', 2)).payload.data.viewer.name).toBeTruthy();
  socket.socket.close();
});

test('a subscription may last longer', async () => {
  const socket = await admittedSocket(hub.url, hub.adminKey);
  socket.ask('1', 'subscription { news(topic: "long") }');
  await socket.message('next');

  await vi.waitFor(async () => {
    socket.ask(`${Math.random()}`, '{ slow }');
    expect(socket.messages.some(({ payload }) => payload?.errors !== undefined)).toBe(true);
  }, 3_000);
  hub.house.bus.publish('long', 'still here');

  await vi.waitFor(() => expect(socket.messages.map(({ payload }) => payload?.data?.news)).toContain('still here'));
  socket.socket.close();
});
