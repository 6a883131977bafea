/**
 * What the connector asks and what its simulator answers, against the vendor's own description. Every request and reply
 * of real imports, through a hub.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import connector from '../../connections/ringcentral/connector.js';
import ringcentral from '../../connections/ringcentral/simulator.js';
import type { Exchange } from '../../src/sandbox/sandbox.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { openApiSpec } from '../kit/openapi-spec.js';
import { playedPlatforms, type PlatformSandbox, startPlatformSandbox } from '../kit/platforms.js';
import { startImport, watchToEnd } from '../kit/trip.js';

const spec = openApiSpec('ringcentral/ringcentral-openapi.calls.json');

/**
 * Where the simulator does not follow the description to the letter, because the vendor's guides and live replies show
 * otherwise: an error once more around the list of errors, and statuses that it describes for no operation or not for all.
 */
const deviations = [
  /^GET \S+ (400|403|404): must NOT have additional properties \((errorCode|message|parameterName|parameterValue|permissionName)\)$/,
  /^GET \S+ (401|403|429): the status is not in the description$/,
  /^GET \S+ 401: must NOT have additional properties \((errorCode|message)\)$/,
];

let hub: TestHub;
let sandbox: PlatformSandbox;
const exchanges: Exchange[] = [];

beforeAll(async () => {
  sandbox = await startPlatformSandbox(
    { id: 'ringcentral', connector, simulator: ringcentral },
    {
      ...{ calls: 120, limits: 'off', withoutTranscript: 0.5, recordsPerPage: 50 },
      onExchange: exchange => exchanges.push(exchange),
    },
  );
  hub = await testHub({ ...sandbox.env, PLATFORM_RINGCENTRAL_LIMITS: 'off' });
});
afterAll(async () => {
  await hub?.close();
  await sandbox?.close();
});

function problems(): readonly string[] {
  return exchanges.flatMap(exchange => [
    ...(spec?.requestProblems(exchange.request) ?? []),
    ...(spec?.replyProblems(exchange) ?? []),
  ]);
}

test.skipIf(!spec)('an import asks and is answered as the description says', async () => {
  const platforms = await playedPlatforms();
  const way = platforms.find(({ id }) => id === 'ringcentral')?.ways.find(({ kind }) => kind === 'entered');
  const connected = await way?.connect(hub, sandbox);
  const last = (await watchToEnd(hub, await startImport(hub, sandbox, connected?.connectionId ?? ''))).at(-1);

  expect(last).toMatchObject({ status: 'COMPLETED', stored: 120 });
  expect(new Set(exchanges.map(({ request }) => request.path.replace(/\d{6,}/, '{id}')))).toEqual(
    new Set([
      '/restapi/v1.0/account/~/extension/~',
      '/restapi/v1.0/account/~/call-log',
      '/ai/ringsense/v1/public/accounts/~/domains/pbx/records/{id}/insights',
    ]),
  );
  expect(problems().filter(problem => !deviations.some(known => known.test(problem)))).toEqual([]);
});

test.skipIf(!spec)('refusals have the form that the guides show', async () => {
  exchanges.length = 0;
  const token = sandbox.oauth?.makeGrant().accessToken ?? '';
  const ask = async (path: string, authorization = `Bearer ${token}`) =>
    (await fetch(sandbox.url + path, { headers: authorization === '' ? {} : { authorization } })).status;
  const log = '/restapi/v1.0/account/~/call-log';
  const user = `Bearer ${sandbox.oauth?.makeGrant({ person: 'user' }).accessToken}`;

  const wrong = ['colour=red', 'page=0', 'perPage=none', 'dateFrom=yesterday', 'view=Full&view=Simple'];
  const invalid = await Promise.all(wrong.map(query => ask(`${log}?${query}`)));
  const others = [
    await ask(log, ''),
    await ask(log, 'Bearer made-up'),
    await ask(log, user),
    await ask('/ai/ringsense/v1/public/accounts/~/domains/pbx/records/1/insights'),
  ];

  expect([invalid, others]).toEqual([Array(5).fill(400), [401, 401, 403, 404]]);
  expect(await ask(`${log}?page=99&perPage=max&type=Voice&type=Fax&dateFrom=2026-01-01T00:00:00Z`)).toBe(200);
  const replies = exchanges.flatMap(exchange => spec?.replyProblems(exchange) ?? []);
  expect(replies.filter(problem => !deviations.some(known => known.test(problem)))).toEqual([]);
  for (const { reply } of exchanges.filter(({ reply: { status } }) => status >= 400))
    expect(JSON.parse(String(reply.body))).toMatchObject({
      ...{ errorCode: expect.any(String), message: expect.any(String) },
      errors: [{ errorCode: expect.stringMatching(/^[A-Z]{3}-\d{3}$/), message: expect.any(String) }],
    });
});

test.skipIf(!spec)('the judge finds what does not belong into a request or a reply', () => {
  const request = {
    ...{ method: 'GET', path: '/restapi/v1.0/account/~/call-log', headers: {}, body: undefined },
    query: new URLSearchParams('view=Full&after=2'),
  };
  const record = { id: 17, uri: 'https://x.example', sessionId: '1', mood: 'good', legs: [{ mood: 'bad' }] };
  const body = Buffer.from(JSON.stringify({ records: [record], paging: { perPage: 1 } }));

  const found = spec?.replyProblems({ request, reply: { status: 200, headers: {}, body }, fault: undefined }) ?? [];

  expect(spec?.requestProblems(request).toSorted()).toEqual([
    '/restapi/v1.0/account/~/call-log: unknown query parameter after',
    '/restapi/v1.0/account/~/call-log?view: must be equal to one of the allowed values',
  ]);
  for (const field of ['navigation', 'startTime', '/records/0/id', '(mood)', '/records/0/legs/0'])
    expect(found.join('\n')).toContain(field);
});
