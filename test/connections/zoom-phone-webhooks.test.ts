/** Every event that the vendor's description of its webhooks shows, signed and received. */
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { webhooks } from '../../connections/zoom-phone/webhooks.js';
import { Secret } from '../../src/core/secret.js';
import { receiveEvent } from '../../src/engine/index.js';

const directory = process.env['SPECS_DIR'] ?? path.join(import.meta.dirname, '../../../shared/specs');
const file = path.join(directory, 'zoom-phone/zoom-phone-webhooks-openapi.calls.json');
const present = existsSync(file);
if (!present) console.warn(`SKIPPED: Zoom's events were not received, because ${file} is absent. Set SPECS_DIR.`);

interface Description {
  readonly webhooks: Readonly<
    Record<string, { post: { requestBody: { content: { 'application/json': { examples: Examples } } } } }>
  >;
}
type Examples = Readonly<Record<string, { readonly value: string }>>;

const url = 'https://hub.example/in';
const secret = 'secret-token-of-the-app';
const now = new Date('2026-03-02T10:00:00Z');

function receive(text: string) {
  const body = Buffer.from(text);
  const sentAt = String(now.getTime() / 1_000);
  const digest = createHmac('sha256', secret).update(`v0:${sentAt}:${text}`).digest('hex');
  const headers = { 'x-zm-request-timestamp': sentAt, 'x-zm-signature': `v0=${digest}` };
  const endpoint = { url, secrets: [new Secret(secret)], awaitsChallenge: false };
  return receiveEvent(webhooks, { url, headers, body }, endpoint, now);
}

test.skipIf(!present)('says of each which account it is about, and of those with records when the calls were', () => {
  const { webhooks: events } = JSON.parse(readFileSync(file, 'utf8')) as Description;
  const texts = Object.entries(events).map(
    ([name, { post }]) =>
      [name, Object.values(post.requestBody.content['application/json'].examples)[0]?.value] as const,
  );

  for (const [name, text = ''] of texts) {
    const received = receive(text);
    if (received.kind !== 'genuine') throw new Error(`${name} is ${received.kind}`);
    expect(received.account, name).toMatch(/^[\w-]{8,30}$/);
    const { windows, isRecent } = received.look;
    expect(windows.length + Number(isRecent), name).toBeGreaterThan(0);
    if (/^phone\.(recording_(completed|transcript)|call(er|ee)_call_(element|history)_completed)/.test(name))
      expect([name, windows.length > 0, isRecent]).toEqual([name, true, false]);
  }
  expect(texts.length).toBeGreaterThan(25);
});

test('whoever removes the app takes the access away', () => {
  const text = JSON.stringify({ event: 'app_deauthorized', payload: { account_id: 'AAAAAABBBB', user_id: 'u' } });

  expect(receive(text)).toMatchObject({ account: 'AAAAAABBBB', look: { accessRevoked: true, windows: [] } });
});
