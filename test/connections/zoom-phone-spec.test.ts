import { expect, onTestFinished, test } from 'vitest';
import zoom from '../../connections/zoom-phone/simulator.js';
import type { Exchange } from '../../src/sandbox/sandbox.js';
import { testHub } from '../kit/hub.js';
import { openApiSpec } from '../kit/openapi-spec.js';
import { playedPlatforms, startPlatformSandbox } from '../kit/platforms.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startImport, watchToEnd } from '../kit/trip.js';

/*
 * Where we do not follow the vendor's description to the letter, and why:
 *
 * - It says that `from` and `to` are days (`format: date`), and beside it that times are taken too; we ask for times.
 * - It names no 401 and no 403 for most operations, and no reply at all but 302, 400 and 429 for a transcript; tokens end all the same.
 * - Who an account is, is not in the description of Zoom Phone but in that of Zoom's users; and where a transcript's redirect
 *   leads to is a file, whose form the description tells in words.
 */
const spec = openApiSpec('zoom-phone/zoom-phone-openapi.calls.json');
const isDescribed = ({ request: { path }, reply: { status } }: Pick<Exchange, 'request' | 'reply'>) =>
  path.startsWith('/phone/') && status !== 401 && status !== 403;

test.skipIf(!spec)(
  "every request of an import, and every reply to it, fits the vendor's description",
  { timeout: 60_000 },
  async () => {
    const problems: string[] = [];
    const kinds = new Set<string>();
    const [platform] = (await playedPlatforms()).filter(({ id }) => id === 'zoom-phone');
    if (platform === undefined) throw new Error('There is no Zoom Phone.');
    const sandbox = await startPlatformSandbox(platform, {
      ...{ calls: 40, withoutTranscript: 0.3, quirks: ['old-copies'] },
      onExchange(exchange) {
        if (!isDescribed(exchange)) return;
        kinds.add(`${exchange.request.path.split('/')[2]} ${exchange.reply.status}`);
        problems.push(
          ...requestProblems(exchange.request),
          ...(spec?.replyProblems({ ...exchange, fault: undefined }) ?? []),
        );
      },
    });
    onTestFinished(() => sandbox.close());
    const hub = await testHub(sandbox.env, { resolvers: [SignInResolver] });
    onTestFinished(() => hub.close());
    const way = platform.ways.find(({ kind }) => kind === 'entered');

    const { connectionId } = (await way?.connect(hub, sandbox)) ?? { connectionId: '' };
    const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));

    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 40, unusable: 0 });
    expect([...new Set(problems.map(problem => problem.replace(/\d{8}-\S+/, '…')))]).toEqual([]);
    expect([...kinds].toSorted()).toEqual(['call_history 200', 'recording_transcript 302', 'recording_transcript 400']);
  },
);

function requestProblems(request: Exchange['request']): readonly string[] {
  const days = new URLSearchParams(request.query);
  for (const name of ['from', 'to']) if (days.has(name)) days.set(name, days.get(name)?.slice(0, 10) ?? '');
  return spec?.requestProblems({ ...request, query: days }) ?? [];
}

test('what the pretend platform does not know it refuses, in the codes of the description', async () => {
  const at = Date.parse('2026-11-15T12:00:00Z');
  const opened = zoom.open({
    calls: 900,
    seed: 1,
    account: 'x',
    from: '2026-10-01T00:00:00Z',
    to: '2026-11-01T00:00:00Z',
  });
  const grant = { account: 'x', person: 'admin' as const, scopes: zoom.oauth?.scopes ?? [] };
  const ask = (path: string, more: object = {}) => {
    const [pathname = '', search] = path.split('?');
    const { status, body } = opened.answer({
      ...{ method: 'GET', path: pathname, query: new URLSearchParams(search), headers: {}, body: undefined, at },
      ...{ bearer: { state: 'live', grant }, ...more },
    });
    // biome-ignore lint/suspicious/noExplicitAny: the test says what it is.
    return { status, body: body as any };
  };
  const history = (query: string, more?: object) => ask(`/phone/call_history?${query}`, more);
  const october = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';
  const refusedWith = (code: number, status = 400) => ({ status, body: { code } });

  expect(history(`${october}&page=2`)).toMatchObject(refusedWith(300));
  expect(history(`${october}&page_size=301`)).toMatchObject(refusedWith(300));
  expect(history('from=2026-10-01')).toMatchObject(refusedWith(300));
  expect(history('from=01.10.2026&to=02.10.2026')).toMatchObject(refusedWith(300));
  expect(history('from=2026-10-01T00:00:00Z&to=2026-11-02T00:00:00Z')).toMatchObject(refusedWith(300));
  expect(history('from=2026-04-01&to=2026-04-20')).toMatchObject(refusedWith(300));
  expect(history(october, { bearer: { state: 'expired' } })).toMatchObject(refusedWith(124, 401));
  expect(history(october, { bearer: { state: 'live', grant: { ...grant, scopes: [] } } })).toMatchObject(
    refusedWith(4711),
  );
  expect(ask('/phone/call_history/unknown')).toMatchObject(refusedWith(300, 404));
  expect(ask('/phone/recording_transcript/download/unknown')).toMatchObject(refusedWith(404));

  const first = history(`${october}&page_size=100`).body;
  const next = `${october}&page_size=100&next_page_token=${first.next_page_token}`;
  expect(first).toMatchObject({ total_records: 900, page_size: 100, page_count: 9 });
  expect(history(next).body.call_history).toHaveLength(100);
  expect(history(next, { at: at + 901_000 })).toMatchObject(refusedWith(300));
  expect(history(next.replace('page_size=100', 'page_size=50'))).toMatchObject(refusedWith(300));
});

test('limits are told as Zoom tells them: the moment in seconds for a second, a date for a day', () => {
  const now = new Date('2026-11-15T12:00:00.250Z');

  expect(zoom.tooMany(1, now)).toMatchObject({ status: 429, headers: { 'x-ratelimit-reset': '1794744002' } });
  expect(zoom.tooMany(3_600, now)).toMatchObject({ status: 429, headers: { 'retry-after': '2026-11-15T13:00:01Z' } });
});
