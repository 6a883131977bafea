import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { HeldBack, PlatformError, ReplyTooLarge } from '../../src/core/errors.js';
import { CursorDied } from '../../src/engine/index.js';
import { madeUpConnector } from '../conformance/twins/made-up-connector.js';
import { cut, Script } from './scripted.js';

const calls = { path: '/calls' };
const { http } = madeUpConnector;

test('sends the credential, the house headers and the body, and parses the answer', async () => {
  const script = new Script(
    [{ status: 200, body: { calls: [] } }],
    {},
    { ...madeUpConnector, http: { ...http, headers: { 'X-Version': '2' } } },
  );

  const reply = await script.ask.as('listing').send({
    path: '/calls',
    method: 'POST',
    query: { a: 'x y', b: undefined, c: 0 },
    body: { id: '7' },
    group: 'heavy',
  });

  expect(reply).toEqual({ calls: [] });
  expect(script.sent[0]).toMatchObject({
    url: 'https://api.made-up.example/calls?a=x+y&c=0',
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: 'Bearer canary',
      'x-version': '2',
    },
    body: '{"id":"7"}',
    timeoutMs: 60_000,
    maxBytes: 8 * 1024 * 1024,
  });
  expect(script.taken).toEqual(['heavy']);
  expect(script.arrivals).toBe(1);
  expect(script.counted).toEqual([{ group: 'heavy', outcome: 'ok', waitedMs: 5 }]);
});

test('an empty answer is undefined', async () => {
  expect(await new Script([204]).ask.as('check').send(calls)).toBeUndefined();
});

test.each([500, 408, cut, { status: 200, body: '{"half":' }])(
  'tries again after %s, further apart each time',
  async fault => {
    const script = new Script([fault, fault, fault, fault, 200]);

    await script.ask.as('listing').send(calls);

    expect(script.slept).toEqual([250, 500, 1_000, 2_000]);
    expect(script.arrivals).toBe(5);
  },
);

test('gives up for now after five attempts', async () => {
  const script = new Script([503]);

  await expect(script.ask.as('listing').send(calls)).rejects.toMatchObject({
    code: 'PLATFORM_UNREACHABLE',
    recovery: 'retry',
  });

  expect(script.sent).toHaveLength(5);
});

test('being told to wait holds everybody, costs no attempt, and goes on', async () => {
  const wait = { status: 429, headers: { 'retry-after': '7' } };
  const script = new Script([wait, 500, wait, 500, wait, 500, wait, 500, wait, 200]);

  await script.ask.as('listing').send({ ...calls, group: 'heavy' });

  expect(script.held).toEqual(Array(5).fill(['heavy', 7_000]));
  expect(script.slept).toHaveLength(4);
});

test('a request that was held back costs no attempt, is not counted, and asks for leave anew', async () => {
  const heldBack = new HeldBack('Not now.');
  const script = new Script([...Array<HeldBack>(6).fill(heldBack), 200]);

  await script.ask.as('listing').send(calls);

  expect(script.taken).toHaveLength(7);
  expect(script.arrivals).toBe(7);
  expect(script.counted.map(({ outcome }) => outcome)).toEqual(['ok']);
  expect(script.slept).toHaveLength(0);
});

test.each([
  ['doubles from a second to a minute', undefined, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]],
  ['is what the connector knows of the platform', 45, Array<number>(10).fill(45)],
])('without a word on how long, the wait %s, and ends after ten', async (_what, seconds, expected) => {
  const { silentWaitSeconds: _, ...others } = http;
  const known = { ...others, ...(seconds !== undefined && { silentWaitSeconds: seconds }) };
  const script = new Script(
    [{ status: 429, headers: { 'retry-after': 'soon' } }],
    {},
    { ...madeUpConnector, http: known },
  );

  await expect(script.ask.as('listing').send(calls)).rejects.toMatchObject({
    code: 'PLATFORM_BUSY',
    recovery: 'wait',
    until: expect.any(Date),
  });

  expect(script.held.map(([, ms]) => ms / 1_000)).toEqual(expected);
});

test.each([
  ['a limit as published', { 'x-limit': '30', 'x-left': '12', 'x-reset': '7' }, { limit: 30, until: undefined }],
  ['a limit with its rules behind it', { 'x-limit': '5, 5;w=60', 'x-left': '1' }, { limit: 5, until: undefined }],
  ['nothing left', { 'x-limit': '5', 'x-left': '0', 'x-reset': '7' }, { limit: 5, until: 7 }],
  ['nothing left for longer than anybody waits', { 'x-left': '0', 'x-reset': '999999999' }, { until: 86_400 }],
  ['words that are no numbers', { 'x-limit': 'many', 'x-left': 'none' }, undefined],
  ['no word of limits', {}, undefined],
])('%s in a reply is passed on to the pacer, for the group of the request', async (_, headers, told) => {
  const quotaHeaders = { limit: 'x-limit', remaining: 'x-left', reset: 'x-reset' };
  const connector = { ...madeUpConnector, http: { ...madeUpConnector.http, quotaHeaders } };
  const script = new Script([{ status: 200, headers }], {}, connector);

  await script.ask.as('listing').send({ ...calls, group: 'heavy' });

  const seconds = script.learned.map(([group, { limit, until }]) => [
    group,
    { limit, until: until && Math.round((until.getTime() - script.time.ms) / 1_000) },
  ]);
  expect(seconds).toEqual(told === undefined ? [] : [['heavy', { limit: undefined, ...told }]]);
});

test('leave that is too far away ends the request with the time when it is due', async () => {
  const busy = new PlatformError('PLATFORM_BUSY', 'wait', 'Not yet.', { until: new Date() });
  const script = new Script([200], {
    pacer: { take: () => Promise.reject(busy), hold: async () => undefined, learn: async () => undefined },
  });

  await expect(script.ask.as('listing').send(calls)).rejects.toBe(busy);

  expect(script.sent).toHaveLength(0);
});

test.each([
  [401, 'listing', 'CREDENTIAL_REJECTED', 'reconnect'],
  [402, 'check', 'PERMISSION_MISSING', 'reconnect'],
  [403, 'lookup', 'PERMISSION_MISSING', 'skip'],
  [404, 'lookup', 'NOT_FOUND', 'skip'],
  [400, 'listing', 'PLATFORM_CHANGED', 'stop'],
  [301, 'listing', 'PLATFORM_CHANGED', 'stop'],
] as const)('%i to a %s is %s (%s), asked once', async (status, purpose, code, recovery) => {
  const script = new Script([status]);

  await expect(script.ask.as(purpose).send(calls)).rejects.toMatchObject({ code, recovery });

  expect(script.sent).toHaveLength(1);
});

const switchedOff = { message: 'The key has been switched off.', remedy: 'Switch it on under Settings > API.' };
test.each([
  [401, 'check', { status: 401, verdict: 'reconnect', because: switchedOff }, 'CREDENTIAL_REJECTED', 'reconnect'],
  [403, 'listing', { status: 403, verdict: 'reconnect', because: switchedOff }, 'PERMISSION_MISSING', 'reconnect'],
  [
    400,
    'listing',
    { status: 400, verdict: 'reconnect', because: { ...switchedOff, code: 'PERMISSION_MISSING' } },
    'PERMISSION_MISSING',
    'reconnect',
  ],
  [400, 'lookup', { status: 400, verdict: 'skip', because: switchedOff }, 'NOT_FOUND', 'skip'],
  [400, 'listing', { status: 400, verdict: 'stop', because: switchedOff }, 'PLATFORM_CHANGED', 'stop'],
] as const)('%i to a %s is told in the words of the rule for it', async (status, purpose, rule, code, recovery) => {
  const script = new Script([status], {}, { ...madeUpConnector, http: { ...http, verdicts: [rule] } });

  const refused = script.ask.as(purpose).send(calls);

  await expect(refused).rejects.toMatchObject({ code, recovery, ...switchedOff, isPlatformsAdvice: true });
  expect(script.sent).toHaveLength(status === 403 ? 2 : 1);
});

test('a forbidden listing is asked for once more before the customer is', async () => {
  const script = new Script([403, { status: 200, body: { calls: [] } }]);
  const forbidden = new Script([403]);

  expect(await script.ask.as('listing').send(calls)).toEqual({ calls: [] });
  await expect(forbidden.ask.as('listing').send(calls)).rejects.toMatchObject({ code: 'PERMISSION_MISSING' });

  expect(forbidden.sent).toHaveLength(2);
});

test('a reply beyond measure is asked for once, and sets aside what was looked up', async () => {
  const tooLarge = new ReplyTooLarge('The reply is larger than that.');
  const outcomes = (['listing', 'lookup'] as const).map(async purpose => {
    const script = new Script([tooLarge]);
    const error = await script.ask.fetch(calls, purpose, () => undefined).catch((thrown: PlatformError) => thrown);
    return [error?.code, error?.recovery, script.sent.length, script.sent[0]?.maxBytes];
  });

  expect(await Promise.all(outcomes)).toEqual([
    ['PLATFORM_CHANGED', 'stop', 1, 64 * 1024 * 1024],
    ['PLATFORM_CHANGED', 'skip', 1, 64 * 1024 * 1024],
  ]);
});

test('a dead cursor is no failed attempt', async () => {
  const script = new Script([410]);

  await expect(script.ask.as('listing').send(calls)).rejects.toBeInstanceOf(CursorDied);

  expect(script.sent).toHaveLength(1);
});

test('a refused address is not tried again', async () => {
  const refused = new PlatformError('EGRESS_REFUSED', 'stop', 'Private.');
  const script = new Script([refused]);

  await expect(script.ask.as('listing').send(calls)).rejects.toBe(refused);

  expect(script.sent).toHaveLength(1);
});

test('a cancelled request ends with the reason, during a back-off too', async () => {
  const script: Script = new Script([500], {
    sleep: async (_, signal) => (script.cancel.abort(new Error('cancelled')), signal.throwIfAborted()),
  });

  await expect(script.ask.as('listing').send(calls)).rejects.toThrow('cancelled');

  expect(script.sent).toHaveLength(1);
});

test.each([
  'http://api.made-up.example',
  'https://made-up.example.evil.test',
  'https://notmade-up.example',
  'https://evil.test/made-up.example',
  'https://user@api.made-up.example',
  'https://made-up.example@evil.test',
  'nonsense',
  '',
])('a learned address %j is refused before anything is sent', async learned => {
  const script = new Script(
    [200],
    { settings: { url: learned } },
    { ...madeUpConnector, http: { ...http, baseUrl: ({ url }) => url ?? '' } },
  );

  await expect(script.ask.as('listing').send(calls)).rejects.toMatchObject({
    code: 'EGRESS_REFUSED',
    recovery: 'stop',
  });

  expect(script.sent).toHaveLength(0);
});

test('a learned address under the domain is asked, with its path', async () => {
  const script = new Script(
    [200],
    { settings: { url: 'https://us-1.api.made-up.example/v2/' } },
    { ...madeUpConnector, http: { ...http, baseUrl: ({ url }) => url ?? '' } },
  );

  await script.ask.as('listing').send(calls);

  expect(script.sent[0]?.url).toBe('https://us-1.api.made-up.example/v2/calls');
});

test('a replaced address may be anywhere', async () => {
  const script = new Script([200], { baseUrl: 'http://127.0.0.1:4100/sandbox' });

  await script.ask.as('listing').send(calls);

  expect(script.sent[0]?.url).toBe('http://127.0.0.1:4100/sandbox/calls');
});

test.each(['@evil.test/', '.evil.test/', ':pass@evil.test/', 'calls', ''])(
  'a path %j cannot lead away from the platform',
  async path => {
    const script = new Script([200]);

    await expect(script.ask.as('listing').send({ path })).rejects.toMatchObject({ code: 'INTERNAL' });

    expect(script.sent).toHaveLength(0);
  },
);

test.each([400, 401, 403, 500, { status: 200, body: '{"canary":"canary' }, cut])(
  'the credential is in no error and no log after %s',
  async answer => {
    const script = new Script([answer]);

    const error: unknown = await script.ask
      .as('listing')
      .send({ path: '/calls', query: { q: 'canary' } })
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(PlatformError);
    expect(`${inspect(error, { depth: 9 })} ${script.logged.join()}`).not.toContain('canary');
  },
);
