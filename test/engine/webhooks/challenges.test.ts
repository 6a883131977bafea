/** Handshakes: nobody obtains a signature that could pass for an event's, and nothing is echoed that nobody waits for. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Webhooks } from '#connector';
import { Secret } from '../../../src/core/secret.js';
import { type Received, receiveEvent } from '../../../src/engine/index.js';

const url = 'https://hub.example/in';
const now = new Date('2026-03-02T10:00:00Z');
const sentAt = String(now.getTime() / 1_000);
const secret = 'secret-token-of-the-app';

const signing: Webhooks = {
  authenticity: {
    kind: 'hmac',
    signature: 'x-zm-signature',
    prefix: 'v0=',
    timestamp: 'x-zm-request-timestamp',
    template: 'v0:{timestamp}:{body}',
  },
  challenge: {
    kind: 'keyed-digest',
    path: ['event'],
    value: 'endpoint.url_validation',
    token: ['payload', 'plainToken'],
    reply: ['plainToken', 'encryptedToken'],
  },
  hints: () => [],
  setUp: { by: 'operator', steps: ['They do it.'], secret: 'Secret Token' },
};

function ask(plainToken: unknown, key: string | undefined, over: object = {}): Received {
  const body = Buffer.from(JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken }, ...over }));
  const digest = createHmac('sha256', key ?? '')
    .update(`v0:${sentAt}:${body.toString()}`)
    .digest('hex');
  const signed = { 'x-zm-signature': `v0=${digest}`, 'x-zm-request-timestamp': sentAt };
  const headers = key === undefined ? {} : signed;
  return receiveEvent(
    signing,
    { url, headers, body },
    { url, secrets: [new Secret(secret)], awaitsChallenge: true },
    now,
  );
}

test('the challenge that the platform signs is answered as its papers say', () => {
  const received = ask('qgg8vlvZRS6UYooatFL8Aw', secret);

  const encryptedToken = createHmac('sha256', secret).update('qgg8vlvZRS6UYooatFL8Aw').digest('hex');
  expect(received).toEqual({
    kind: 'challenge',
    answer: {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plainToken: 'qgg8vlvZRS6UYooatFL8Aw', encryptedToken }),
    },
  });
});

test('it is answered by the secret that it was signed with, while one replaces the other', () => {
  const body = Buffer.from('{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}');
  const answers = ['new', 'old'].map(key => {
    const digest = createHmac('sha256', key).update(`v0:${sentAt}:${body.toString()}`).digest('hex');
    const headers = { 'x-zm-signature': `v0=${digest}`, 'x-zm-request-timestamp': sentAt };
    const secrets = ['new', 'old'].map(value => new Secret(value));
    const received = receiveEvent(signing, { url, headers, body }, { url, secrets, awaitsChallenge: false }, now);
    return received.kind === 'challenge' ? JSON.parse(received.answer.body).encryptedToken : received;
  });

  expect(answers).toEqual(['new', 'old'].map(key => createHmac('sha256', key).update('abc').digest('hex')));
});

test('whoever has no key obtains nothing, whatever they ask for', () => {
  const forged = `v0:${sentAt}:{"event":"phone.recording_completed"}`;

  for (const key of [undefined, '', 'guess', secret.toUpperCase()])
    for (const token of ['abc', forged]) expect(ask(token, key).kind).toBe('refused');
});

test('even with signed challenges no signature is obtained of anything with a colon or a brace', () => {
  const forged = `v0:${sentAt}:{"event":"phone.recording_completed"}`;
  const crafted: readonly unknown[] = [
    ...[forged, ':', '{', '}', 'a:b', 'a{', '', ' ', 'a b', 'a\n', 'a\u0000', 'ä', 'a'.repeat(129)],
    ...[null, 1, {}, [], [forged], { toString: forged }, true],
  ];
  for (const token of crafted) expect(ask(token, secret)).toEqual({ kind: 'refused', reason: 'challenge-malformed' });

  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.json()), token => {
      const received = ask(token, secret);
      if (received.kind !== 'challenge') return received.kind === 'refused';
      const { plainToken, encryptedToken } = JSON.parse(received.answer.body);
      const isOfToken = encryptedToken === createHmac('sha256', secret).update(token).digest('hex');
      return plainToken === token && isOfToken && !/[:{}]/.test(token);
    }),
    { numRuns: 500, seed: 5 },
  );
});

test('an event with the value elsewhere is an event', () => {
  expect(ask('abc', secret, { event: 'phone.recording_completed' }).kind).toBe('genuine');
  expect(ask('abc', secret, { event: ['endpoint.url_validation'] }).kind).toBe('genuine');
});

const echoing: Webhooks = {
  authenticity: { kind: 'static-token', headers: ['verification-token', 'validation-token'] },
  challenge: { kind: 'echo', header: 'validation-token', mostCharacters: 512 },
  hints: () => [],
  setUp: { by: 'customer', steps: ['They do it.'], secret: 'The secret' },
};

function echo(headers: Readonly<Record<string, string>>, awaitsChallenge: boolean, body = ''): Received {
  const endpoint = { url, secrets: [new Secret('our-token')], awaitsChallenge };
  return receiveEvent(echoing, { url, headers, body: Buffer.from(body) }, endpoint, now);
}

test('a token is echoed while a subscription is being made, and never else', () => {
  const headers = { 'validation-token': '8a7b-theirs' };

  expect(echo(headers, true)).toEqual({ kind: 'challenge', answer: { headers, body: '' } });
  expect(echo(headers, false)).toEqual({ kind: 'refused', reason: 'wrong-token' });
  expect(echo({}, true)).toEqual({ kind: 'refused', reason: 'header-missing' });
});

test('our own token is a challenge without a body and an event with one', () => {
  const headers = { 'validation-token': 'our-token' };

  expect(echo(headers, true).kind).toBe('challenge');
  expect(echo(headers, true, '{"uuid":"1"}')).toMatchObject({ kind: 'genuine', proves: 'sender' });
  expect(echo(headers, false, '{"uuid":"1"}').kind).toBe('genuine');
  expect(echo({ 'verification-token': 'our-token' }, false, '{}').kind).toBe('genuine');
});

test.each(['a\r\nset-cookie: b=c', 'a\nb', 'a\rb', 'a b', '', 'a'.repeat(513), 'ä', 'a\u0000', '<script>'])(
  'nothing is echoed of %j',
  token => {
    expect(echo({ 'validation-token': token }, true)).toEqual({ kind: 'refused', reason: 'challenge-malformed' });
  },
);
