/** Lookups that are answered with a redirect to a file. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Connector } from '#connector';
import { createEgress } from '../../src/infra/egress.js';
import { silentLog } from '../conformance/quiet-log.js';
import { madeUpConnector } from '../conformance/twins/made-up-connector.js';
import { type Scripted, Script } from './scripted.js';

const connector: Connector = {
  ...madeUpConnector,
  http: { ...madeUpConnector.http, mediaDomains: ['made-up.example', 'made-up-files.example'] },
};
const to = (location: string, status = 302): Scripted => ({ status, headers: { location } });
const file: Scripted = { status: 200, body: { words: 1 } };
const lookUp = (script: Script) => script.ask.as('lookup').send({ path: '/words' });
const credentials = (script: Script) => script.sent.map(({ headers }) => headers['authorization']);

test.each([
  'https://made-up-files.example/x?key=1',
  'https://eu.made-up-files.example/x',
  'https://files.made-up.example/x',
  '/files/x',
])("the credential goes along to %s, the platform's own", async location => {
  const script = new Script([to(location), file], {}, connector);

  expect(await lookUp(script)).toEqual({ words: 1 });

  expect(script.sent.map(({ url }) => url)).toEqual([
    'https://api.made-up.example/words',
    new URL(location, 'https://api.made-up.example').href,
  ]);
  expect(credentials(script)).toEqual(['Bearer canary', 'Bearer canary']);
});

test.each([
  'https://storage.example/x',
  'https://evilmade-up-files.example/x',
  'https://made-up-files.example.evil.test/x',
  'https://made-up-files.example@evil.test/x',
])('it does not go along to %s', async location => {
  const script = new Script([to(location), file], {}, connector);

  expect(await lookUp(script)).toEqual({ words: 1 });

  expect(script.sent[1]?.headers).toEqual({ accept: '*/*' });
});

test('it goes no further than to the first host that is not theirs', async () => {
  const script = new Script(
    [to('https://made-up-files.example/x', 307), to('https://storage.example/x', 301), file],
    {},
    connector,
  );

  await lookUp(script);

  expect(credentials(script)).toEqual(['Bearer canary', 'Bearer canary', undefined]);
});

test('a replaced address stands for all hosts for files, and for no other', async () => {
  const mediaUrl = 'http://127.0.0.1:4010/files';
  const own = new Script([to('https://eu.made-up-files.example/x?key=1'), file], { mediaUrl }, connector);
  const others = new Script([to('https://storage.example/x'), file], { mediaUrl }, connector);

  await lookUp(own);
  await lookUp(others);

  expect(own.sent[1]).toMatchObject({
    url: 'http://127.0.0.1:4010/files/x?key=1',
    headers: { authorization: 'Bearer canary' },
  });
  expect(others.sent[1]?.url).toBe('https://storage.example/x');
});

test('a file costs no leave and is not counted', async () => {
  const script = new Script([to('/files/x'), file], {}, connector);

  await lookUp(script);

  expect([script.taken.length, script.arrivals, script.counted.length]).toEqual([1, 1, 1]);
});

test.each([404, 410, 403])('a file that is answered with %i sets aside what was looked up', async status => {
  const script = new Script([to('/files/x'), status], {}, connector);

  await expect(lookUp(script)).rejects.toMatchObject({ recovery: 'skip' });
});

test.each([500, 429, 401])('after %i a fresh address is asked for', async status => {
  const script = new Script([to('/files/x'), status, to('/files/y'), file], {}, connector);

  expect(await lookUp(script)).toEqual({ words: 1 });

  expect(script.held).toEqual([]);
  expect(script.sent.map(({ url }) => new URL(url).pathname)).toEqual(['/words', '/files/x', '/words', '/files/y']);
});

test('redirects without an end, or to nowhere, set aside what was looked up', async () => {
  for (const location of ['https://storage.example/x', 'https://']) {
    const script = new Script([to(location)], {}, connector);
    await expect(lookUp(script)).rejects.toMatchObject({ recovery: 'skip' });
    expect(script.sent.length).toBeLessThanOrEqual(5);
  }
});

test('a file that would travel in the clear is not fetched, wherever it lies', async () => {
  for (const location of [
    'http://storage.example/x',
    'http://made-up-files.example/x',
    'http://127.0.0.1/x',
    'ftp://storage.example/x',
  ]) {
    const script = new Script([to(location), file], {}, connector);

    await expect(lookUp(script)).rejects.toMatchObject({ recovery: 'skip' });
    expect(script.sent).toHaveLength(1);
  }
});

test('a redirect into the own network is refused by the way out, like any other address', async () => {
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url ?? '');
    response.writeHead(302, { location: 'https://169.254.169.254/latest/meta-data' }).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const egress = createEgress({ allow: [`127.0.0.1:${port}`], log: silentLog });
  onTestFinished(() => egress.close());
  const script = new Script([], { egress, baseUrl: `http://127.0.0.1:${port}` }, connector);

  await expect(lookUp(script)).rejects.toMatchObject({ code: 'EGRESS_REFUSED' });

  expect(asked).toEqual(['/words']);
});

test('nothing but a lookup is led on', async () => {
  const script = new Script([to('https://storage.example/x')], {}, connector);

  await expect(script.ask.as('listing').send({ path: '/calls' })).rejects.toMatchObject({ recovery: 'stop' });

  expect(script.sent).toHaveLength(1);
});

test.each([
  ['epoch seconds', 'epoch-seconds', 12],
  ['epoch milliseconds', 'epoch-milliseconds', 12_000],
] as const)('"slow down" may say until when in %s', async (_what, unit, ahead) => {
  const waits = [
    { name: 'x-other', unit },
    { name: 'x-reset', unit },
  ] as const;
  const now = Date.parse('2026-03-01T12:00:00.000Z') / (unit === 'epoch-seconds' ? 1_000 : 1);
  const told = (reset: string | number, more: object = {}) => {
    const headers = { 'x-reset': String(reset), ...more } as Record<string, string>;
    const own = { ...connector, http: { ...connector.http, waits } };
    return new Script([{ status: 429, headers }, file], {}, own);
  };
  const scripts = [
    told(now + ahead),
    told(now + ahead, { 'retry-after': '2026-03-01T12:00:03Z' }),
    told('soon'),
    told(now * 1_000),
    told(0),
  ];

  for (const script of scripts) await script.ask.as('check').send({ path: '/me' });

  // Leave took five milliseconds.
  expect(scripts.map(({ held }) => held[0]?.[1])).toEqual([11_995, 2_995, 30_000, 86_400_000, 1_000]);
});
