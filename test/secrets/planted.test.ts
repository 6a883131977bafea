import { randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { House } from '../../src/scope.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer } from '../kit/trip.js';
import { type Canary, canaryValue, hits } from './canaries.js';
import { dumpOf } from './dump.js';

let hub: TestHub | undefined;
let sandbox: GongSandbox;
afterEach(async () => {
  await hub?.close();
  await sandbox?.close();
  hub = undefined;
});

async function hubWith(leak: (house: House) => House): Promise<{ hub: TestHub; canaries: Canary[] }> {
  sandbox = await startGongSandbox({ calls: 2 });
  hub = await testHub(sandbox.env, { wrap: leak });
  const { key = '', secret = '' } = sandbox.secret;
  const canaries = [
    { name: 'access key', value: key },
    { name: 'secret', value: secret },
    { name: 'header', value: sandbox.authorization.slice('Basic '.length) },
    { name: 'admin key', value: hub.adminKey },
  ];
  return { hub, canaries };
}

test('a hub without a leak is found to have none', async () => {
  const { hub, canaries } = await hubWith(house => house);
  await connectedCustomer(hub, sandbox);

  expect(hits(hub.logged(), canaries)).toEqual([]);
  expect(hits(await dumpOf(hub.database.url), canaries)).toEqual([]);
});

test('a line of the log with the request in it is found', async () => {
  const { hub, canaries } = await hubWith(house => ({
    ...house,
    egress: {
      request(request) {
        house.log.debug('asking', { headers: request.headers });
        return house.egress.request(request);
      },
    },
  }));
  await connectedCustomer(hub, sandbox);

  expect(hits(hub.logged(), canaries)).toContain('header as itself');
});

test('an error whose words quote the secret is found in the log', async () => {
  const { hub, canaries } = await hubWith(house => ({
    ...house,
    egress: {
      request({ headers }) {
        const basic = Buffer.from((headers['authorization'] ?? '').slice(6), 'base64').toString();
        return Promise.reject(new Error(`could not send as ${encodeURIComponent(basic)}`));
      },
    },
  }));
  await expect(connectedCustomer(hub, sandbox)).rejects.toThrow('INTERNAL');

  expect(hits(hub.logged(), canaries)).toEqual(expect.arrayContaining(['access key as itself', 'secret as URL']));
});

test('a job with a secret in it is found in the dump', async () => {
  const { hub, canaries } = await hubWith(house => house);
  const value = canaries[1]?.value.toString('hex') ?? '';
  await hub.database.query('insert into jobs.agenda_jobs (name, data, disabled) values ($1, $2, true)', [
    'planted',
    { note: Buffer.from(value).toString('base64') },
  ]);

  expect(hits(await dumpOf(hub.database.url), canaries)).toContain('secret as base64');
});

test('a transcript that is only compressed is found in the dump', async () => {
  const { hub } = await hubWith(house => house);
  const said = { name: 'transcript', value: canaryValue('said') };
  const document = Buffer.concat([randomBytes(3), zstdCompressSync(`{"text":${JSON.stringify(said.value)}}`)]);
  await hub.database.query('create table planted as select $1::bytea as document', [document]);

  expect(hits(await dumpOf(hub.database.url), [said])).toContain('transcript as JSON');
});

const sample = 'abc/DEF+&="<é>0123456789xyz';
test.each<[string, string]>([
  ['itself', sample],
  ['JSON', JSON.stringify({ sample })],
  ['JSON', JSON.stringify(JSON.stringify({ sample }))],
  ['base64', Buffer.from(sample).toString('base64')],
  ['base64', Buffer.from(`key:${sample}:more`).toString('base64')],
  ['base64', Buffer.from(`k:${sample}:m`).toString('base64')],
  ['base64url', Buffer.from(`ke:${sample}:`).toString('base64url')],
  ['hex', Buffer.from(sample).toString('hex').toUpperCase()],
  ['spaced hex', String(Buffer.from(sample).toString('hex').match(/../g)?.join(' '))],
  ['URL', encodeURIComponent(sample)],
  ['URL', `https://example.com/?${new URLSearchParams({ sample })}`],
  ['percent', Buffer.from(sample).toString('hex').replace(/../g, '%$&')],
  ['HTML', 'abc/DEF+&amp;=&quot;&lt;é&gt;0123456789xyz'],
  ['a list of bytes', JSON.stringify(Buffer.from(sample))],
  ['itself reversed', Array.from(sample).reverse().join('')],
  ['a half', sample.slice(-14)],
  ['a half reversed', Array.from(sample.slice(-14)).reverse().join('')],
])('a secret is recognised as %s', (form, text) => {
  expect(hits(`before ${text} after`, [{ name: 'it', value: sample }])).toContain(`it as ${form}`);
});

test('what is no secret is not taken for one', () => {
  expect(
    hits(`${randomBytes(5_000).toString('base64')} ${randomBytes(5_000).toString('hex')}`, [
      { name: 'it', value: sample },
    ]),
  ).toEqual([]);
});
