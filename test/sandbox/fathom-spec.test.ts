import { expect, onTestFinished, test } from 'vitest';
import { webhooks } from '../../connections/fathom/webhooks.js';
import fathom from '../../connections/fathom/simulator.js';
import type { Request } from '#connector';
import type { Exchange } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { openApiSpec } from '../kit/openapi-spec.js';

/*
 * Where we do not follow the vendor's description to the letter, and why: it names no reply but 200, 401 and 429 for the
 * transcript of a recording; for one that does not exist we answer 404, as its other operations on recordings do.
 */
const spec = openApiSpec('fathom/fathom-external-v1-openapi.yaml');
const window = { from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z' };

test.skipIf(!spec)("every reply of the simulator fits the vendor's description", async () => {
  const problems: string[] = [];
  const of = await startSandbox({
    ...{ platform: fathom, calls: 95, seed: 1, ...window, limits: 'off', withoutTranscript: 0.2 },
    onExchange: exchange =>
      problems.push(
        ...(spec?.requestProblems(exchange.request) ?? []),
        ...(spec?.replyProblems({ ...exchange, fault: undefined }) ?? []),
      ),
  });
  onTestFinished(() => of.close());
  const ask = async (path: string, key = of.secret['apiKey'] ?? '') => {
    const reply = await fetch(of.url + path, { headers: { 'x-api-key': key } });
    // biome-ignore lint/suspicious/noExplicitAny: the judge says what it is.
    return { status: reply.status, body: (reply.status === 200 ? await reply.json() : undefined) as any };
  };

  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const { body } = await ask(`/meetings?include_transcript=${pages % 2 === 0}${cursor && `&cursor=${cursor}`}`);
    cursor = body.next_cursor;
  }
  for (const id of of.truth().slice(0, 30)) await ask(`/recordings/${id}/transcript`);
  const others = [await ask('/team_members'), await ask('/teams')].map(({ status }) => status);
  const refused = [await ask('/meetings', 'wrong'), await ask('/meetings?created_after=soon')].map(
    ({ status }) => status,
  );
  of.setFaults({ next: [{ tooManyForSeconds: 1 }] });
  const told = await ask('/meetings');

  expect(problems).toEqual([]);
  expect(pages).toBe(10);
  expect([...others, ...refused, told.status]).toEqual([200, 200, 401, 400, 429]);
});

test.skipIf(!spec)('subscriptions are made and ended as the description has it', async () => {
  const problems: string[] = [];
  const of = await startSandbox({
    ...{ platform: fathom, calls: 1, seed: 1, ...window, limits: 'off' },
    onExchange: exchange =>
      problems.push(...(spec?.requestProblems(exchange.request) ?? []), ...(spec?.replyProblems(exchange) ?? [])),
  });
  onTestFinished(() => of.close());
  const { setUp } = webhooks;
  if (setUp.by !== 'hub') throw new Error('The hub sets it up.');
  const send = ({ path, method = 'GET', body }: Request) =>
    fetch(of.url + path, {
      method,
      headers: { 'x-api-key': of.secret['apiKey'] ?? '', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const made = await send(setUp.subscribe.request({ url: 'https://hub.example/in' }));
  const { id, secret } = setUp.subscribe.read(await made.json());
  const ended = await send(setUp.unsubscribe(id));
  const again = await send(setUp.unsubscribe(id));

  expect([made.status, ended.status, again.status]).toEqual([201, 204, 404]);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{24}$/);
  expect(problems).toEqual([`DELETE /webhooks/${id} 404: the status is not in the description`]);
});

test.skipIf(!spec)('the judge finds what does not belong into a request or a reply', () => {
  const request: Exchange['request'] = {
    ...{ method: 'GET', path: '/meetings', headers: {}, body: undefined },
    query: new URLSearchParams('page=2&include_transcript=perhaps'),
  };
  const meeting = { title: 'x', recording_id: '123', mood: 'good' };
  const body = Buffer.from(JSON.stringify({ limit: 10, next_cursor: null, items: [meeting] }));

  const inReply = spec?.replyProblems({ request, reply: { status: 200, headers: {}, body }, fault: undefined }) ?? [];

  expect(spec?.requestProblems(request)).toEqual([
    '/meetings: unknown query parameter page',
    '/meetings?include_transcript: must be boolean',
  ]);
  for (const field of ['recording_id', 'mood', 'url', 'created_at']) expect(inReply.join('\n')).toContain(field);
});
