/** The cases that implementations of Standard Webhooks are tried with, and the published library as the one who signs. */
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { Webhooks } from '#connector';
import { Secret } from '../../../src/core/secret.js';
import { receiveEvent } from '../../../src/engine/index.js';

const webhooks: Webhooks = {
  authenticity: { kind: 'standard-webhooks' },
  hints: () => [],
  setUp: { by: 'customer', steps: ['They do it.'], secret: 'The secret' },
};
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const url = 'https://hub.example/in';
const body = '{"test": 2432232314}';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
/** The example that the scheme's own papers give. */
const published = { timestamp: '1614265330', signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' };
const at = new Date(1_614_265_330_000);

function judge(
  headers: Readonly<Record<string, string>>,
  { now = at, secrets = [secret], text = body }: { now?: Date; secrets?: readonly string[]; text?: string } = {},
): string {
  const endpoint = { url, secrets: secrets.map(each => new Secret(each)), awaitsChallenge: true };
  const received = receiveEvent(webhooks, { url, headers, body: Buffer.from(text) }, endpoint, now);
  return received.kind === 'refused' ? received.reason : received.kind;
}

function headersOf({ timestamp, signature } = published, prefix = 'webhook'): Record<string, string> {
  return { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: timestamp, [`${prefix}-signature`]: signature };
}

test('the published example is genuine, with either set of names and with the secret with or without its prefix', () => {
  expect(judge(headersOf())).toBe('genuine');
  expect(judge(headersOf(published, 'svix'))).toBe('genuine');
  expect(judge(headersOf(), { secrets: [secret.slice('whsec_'.length)] })).toBe('genuine');
});

test('what the published library signs is genuine, whatever the body', () => {
  const library = new Webhook(secret);
  const now = new Date('2026-03-02T10:00:00Z');
  for (const text of ['', '{}', 'no JSON', JSON.stringify({ name: 'Grüße \u2028 👋' })]) {
    const signature = library.sign(id, now, text);
    const headers = headersOf({ timestamp: String(now.getTime() / 1_000), signature });
    expect(judge(headers, { now, text })).toBe('genuine');
  }
});

test.each([
  ['an id', { 'webhook-id': '' }, 'header-missing'],
  ['a timestamp', { 'webhook-timestamp': '' }, 'header-missing'],
  ['a signature', { 'webhook-signature': '' }, 'header-missing'],
  ['a sound id', { 'webhook-id': 'msg_1.1614265330' }, 'header-malformed'],
  ['a sound timestamp', { 'webhook-timestamp': '1614265330.0' }, 'header-malformed'],
  ['a number for a timestamp', { 'webhook-timestamp': 'now' }, 'header-malformed'],
  ['its own signature', { 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` }, 'wrong-signature'],
  ['the whole signature', { 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt' }, 'wrong-signature'],
  [
    'a signature of a known version',
    { 'webhook-signature': published.signature.replace('v1', 'v2') },
    'wrong-signature',
  ],
  ['a version', { 'webhook-signature': published.signature.slice(3) }, 'wrong-signature'],
  ['few signatures', { 'webhook-signature': `${'v1,x '.repeat(16)}${published.signature}` }, 'header-malformed'],
])('an event without %s is refused', (_, changed, reason) => {
  expect(judge({ ...headersOf(), ...changed })).toBe(reason);
});

test('one good signature among several is enough', () => {
  const wrong = `v1,${Buffer.alloc(32, 1).toString('base64')}`;
  const signature = [wrong, `v1a,${Buffer.alloc(64).toString('base64')}`, published.signature, 'v2,x'].join(' ');

  expect(judge(headersOf({ ...published, signature }))).toBe('genuine');
});

test('time is kept to on both sides', () => {
  const after = (seconds: number) => new Date(at.getTime() + seconds * 1_000);

  expect([300, 301, -300, -301].map(seconds => judge(headersOf(), { now: after(seconds) }))).toEqual([
    ...['genuine', 'stale', 'genuine', 'early'],
  ]);
});

test.each(['', 'whsec_', 'whsec_%%%', '   '])('a secret such as "%s" verifies nothing', value => {
  expect(judge(headersOf(), { secrets: [value] })).toBe('unusable-secret');
  expect(judge(headersOf(), { secrets: [value, secret] })).toBe('genuine');
});
