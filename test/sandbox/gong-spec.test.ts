import { expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../src/sandbox/sandbox.js';
import { gongSpec } from '../kit/gong-spec.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';

const spec = gongSpec();

interface Reply {
  readonly status: number;
  readonly body: any;
}

async function ask(
  of: GongSandbox,
  method: string,
  path: string,
  body?: unknown,
  authorization = of.authorization,
): Promise<Reply> {
  const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(of.url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Everything that the interface has: all endpoints, every page, every part of a call. */
async function walk(of: GongSandbox): Promise<void> {
  const dates = `fromDateTime=${of.window.from}&toDateTime=${of.window.to}`;
  const filter = { fromDateTime: of.window.from, toDateTime: of.window.to };
  const everything = {
    context: 'Extended',
    contextTiming: ['Now', 'TimeOfCall'],
    exposedFields: {
      parties: true,
      media: true,
      content: { brief: true, topics: true },
      interaction: { speakers: true },
    },
  };
  const { workspaces } = (await ask(of, 'GET', '/v2/workspaces')).body;
  await everyPage(cursor => ask(of, 'GET', `/v2/users?includeAvatars=false${cursor ? `&cursor=${cursor}` : ''}`));
  await everyPage(cursor => ask(of, 'GET', `/v2/calls?${dates}${cursor ? `&cursor=${cursor}` : ''}`));
  const pages = await everyPage(cursor =>
    ask(of, 'POST', '/v2/calls/extensive', { filter, contentSelector: everything, ...(cursor ? { cursor } : {}) }),
  );
  const ids: string[] = pages.flatMap(page =>
    page.body.calls.map((call: { metaData: { id: string } }) => call.metaData.id),
  );
  await ask(of, 'GET', `/v2/calls?${dates}&workspaceId=${workspaces[1].id}`);
  await ask(of, 'GET', `/v2/calls/${ids[0]}`);
  await ask(of, 'POST', '/v2/calls/extensive', { filter: { callIds: ids.slice(0, 20) } });
  await ask(of, 'POST', '/v2/calls/transcript', { filter: { callIds: ids.slice(0, 100) } });
  const oneDay = { fromDateTime: of.window.from, toDateTime: '2026-01-05T09:30:00Z' };
  await everyPage(cursor => ask(of, 'POST', '/v2/calls/transcript', { filter: oneDay, ...(cursor ? { cursor } : {}) }));
}

async function everyPage(turn: (cursor: string | undefined) => Promise<Reply>): Promise<Reply[]> {
  const pages: Reply[] = [];
  do pages.push(await turn(pages.at(-1)?.body.records.cursor));
  while (pages.at(-1)?.body.records.cursor);
  return pages;
}

/** Everything that it refuses. */
async function stumble(of: GongSandbox): Promise<readonly number[]> {
  const later = { fromDateTime: '2031-01-01T00:00:00Z', toDateTime: '2031-02-01T00:00:00Z' };
  const replies = [
    await ask(of, 'GET', '/v2/calls?fromDateTime=yesterday&toDateTime=today'),
    await ask(of, 'POST', '/v2/calls/extensive', { filter: { callIds: Array.from({ length: 101 }, String) } }),
    await ask(of, 'GET', '/v2/workspaces', undefined, 'Basic d3Jvbmc6d3Jvbmc='),
    await ask(of, 'POST', '/v2/calls/transcript', { filter: later }, 'Bearer nobody'),
    await ask(of, 'GET', '/v2/calls?fromDateTime=2031-01-01T00:00:00Z&toDateTime=2031-02-01T00:00:00Z'),
    await ask(of, 'POST', '/v2/calls/extensive', { filter: later }),
    await ask(of, 'POST', '/v2/calls/transcript', { filter: later }),
    await ask(of, 'GET', '/v2/calls/12345678901234567890'),
  ];
  of.setFaults({ next: ['error500', { tooManyForSeconds: 1 }] });
  replies.push(await ask(of, 'GET', '/v2/users'), await ask(of, 'GET', '/v2/users'));
  return replies.map(reply => reply.status);
}

test.skipIf(!spec)(
  "every reply of the simulator and every request of a full walk fit the vendor's specification",
  async () => {
    const ofReplies: string[] = [];
    const ofRequests: string[] = [];
    const judged = (exchange: Exchange): void => {
      ofReplies.push(...(spec?.replyProblems({ ...exchange, fault: undefined }) ?? []));
      ofRequests.push(...(spec?.requestProblems(exchange.request) ?? []));
    };
    const of = await startGongSandbox({ calls: 6000, onExchange: judged });
    onTestFinished(() => of.close());

    await walk(of);
    const ofWalk = [...ofRequests];
    const walked = of.ledger().length;
    const refused = await stumble(of);

    expect(ofReplies).toEqual([]);
    expect(ofWalk).toEqual([]);
    expect(walked).toBeGreaterThan(125);
    expect(refused).toEqual([400, 400, 401, 401, 404, 404, 404, 404, 500, 429]);
  },
);

test.skipIf(!spec)("the specification's judge finds what does not belong into a request or a reply", async () => {
  const query = new URLSearchParams('cursor=abc');
  const request = {
    method: 'POST',
    path: '/v2/calls/extensive',
    query,
    headers: {},
    body: { filter: { fromDate: 'x' } },
  };
  const call = {
    metaData: { id: 'not-a-number', started: '2026-02-17', duration: '460', direction: 'Sideways', mood: 'good' },
  };
  const body = Buffer.from(JSON.stringify({ requestId: 'x', calls: [call] }));

  const inRequest = spec?.requestProblems(request) ?? [];
  const inReply = spec?.replyProblems({ request, reply: { status: 200, headers: {}, body }, fault: undefined }) ?? [];

  expect(inRequest).toEqual([
    '/v2/calls/extensive: unknown query parameter cursor',
    '/v2/calls/extensive/filter: must NOT have additional properties (fromDate)',
  ]);
  for (const field of ['records', 'id', 'started', 'duration', 'direction', 'mood'])
    expect(inReply.join('\n')).toContain(field);
});
