/** Tokens that somebody has bent, against a platform that signs by RS256. */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Webhooks } from '#connector';
import { Secret } from '../../../src/core/secret.js';
import { receiveEvent } from '../../../src/engine/index.js';

const webhooks: Webhooks = {
  authenticity: { kind: 'signed-jwt', header: 'authorization', url: 'target', bodySha256: 'digest' },
  hints: () => [],
  setUp: { by: 'customer', steps: ['They do it.'], secret: 'The secret' },
};
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const url = 'https://hub.example/in/1?key=a';
const body = Buffer.from('{"a":1}');
const now = new Date('2026-03-02T10:00:00Z');
const seconds = now.getTime() / 1_000;
const good = { target: url, digest: createHash('sha256').update(body).digest('hex') };

function judge(authorization: string, secret = pem): string {
  const endpoint = { url, secrets: [new Secret(secret)], awaitsChallenge: false };
  const received = receiveEvent(webhooks, { url, headers: { authorization }, body }, endpoint, now);
  return received.kind === 'refused' ? received.reason : received.kind;
}

function token(claims: object, header: object = { alg: 'RS256' }, key: KeyObject = privateKey): string {
  const signed = unsigned(claims, header);
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

function unsigned(claims: object, header: object): string {
  return [header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

test('the key is taken as it is pasted: with its frame, without, with space around it', () => {
  const bare = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

  expect(
    [pem, `\n ${pem}\n`, bare, pem.replaceAll(/-----[^-]+-----/g, '')].map(key => judge(token(good), key)),
  ).toEqual(Array(4).fill('genuine'));
});

test.each([
  ['another address', { ...good, target: 'https://hub.example/in/2?key=a' }, 'wrong-target'],
  ['no address', { digest: good.digest }, 'wrong-target'],
  ['another body', { ...good, digest: createHash('sha256').update('{"a":2}').digest('hex') }, 'wrong-body'],
  ['a body in capitals', { ...good, digest: good.digest.toUpperCase() }, 'wrong-body'],
  ['a list of bodies', { ...good, digest: [good.digest] }, 'wrong-body'],
  ['an end that has come', { ...good, exp: seconds }, 'stale'],
  ['an early start', { ...good, nbf: seconds + 301 }, 'early'],
  ['an old signature', { ...good, iat: seconds - 301 }, 'stale'],
  ['a signature of tomorrow', { ...good, iat: seconds + 86_400 }, 'early'],
])('a token with %s is refused', (_, claims, reason) => {
  expect(judge(token(claims))).toBe(reason);
});

test('nothing but RS256 is believed', () => {
  const hs256 = unsigned(good, { alg: 'HS256' });
  const byPublicKey = `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`;

  expect(judge(byPublicKey)).toBe('wrong-algorithm');
  expect(judge(`${unsigned(good, { alg: 'none' })}.`)).toBe('header-malformed');
  expect(judge(`${unsigned(good, { alg: 'none' })}.AA`)).toBe('wrong-algorithm');
  expect(judge(token(good, { alg: 'RS512' }))).toBe('wrong-algorithm');
  expect(judge(token(good, { alg: 'rs256' }))).toBe('wrong-algorithm');
  expect(judge(token(good, { alg: 'RS256', crit: ['exp'] }))).toBe('wrong-algorithm');
  expect(judge(token(good, { alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) }))).toBe('genuine');
});

test('a token is three parts of base64url, and not long', () => {
  const right = token(good);

  expect(
    [
      `Bearer ${right}`,
      `${right}.`,
      `${right}=`,
      right.replace('.', '..'),
      'a.b.c',
      `${right}${'A'.repeat(8_192)}`,
    ].map(each => judge(each)),
  ).toEqual(Array(6).fill('header-malformed'));
  expect(judge('')).toBe('header-missing');
  expect(judge(token([], { alg: 'RS256' }))).toBe('header-malformed');
});

test('a key that is short, of another kind or private to somebody else verifies nothing', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;

  expect(judge(token(good, {}, short.privateKey), spki(short.publicKey))).toBe('wrong-algorithm');
  expect(judge(token(good, { alg: 'RS256' }, short.privateKey), spki(short.publicKey))).toBe('unusable-secret');
  expect(judge(token(good), spki(curve.publicKey))).toBe('unusable-secret');
  expect(judge(token(good), spki(other.publicKey))).toBe('wrong-signature');
  expect(judge(token(good), 'no key')).toBe('unusable-secret');
});
