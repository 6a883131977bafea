import { expect, test } from 'vitest';
import type { Request } from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import { fetchPage, Trail, withReplyMemory } from '../../src/engine/index.js';
import { madeUpConnector } from '../conformance/twins/made-up-connector.js';
import { fetcherOf } from './scripted.js';

const slice = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };
const item = (id: unknown, at = '2026-01-01T10:00:00.000Z') => ({ id, at, ms: 1_000, people: ['Ada'] });
const page = (calls: readonly unknown[], more: object = {}) => ({ page: { calls, of: 99, ...more } });
const idsOf = (request: Request) => (request.body as { ids: readonly string[] }).ids;
const word = (call: unknown) => ({ call, said: [] });
const words = (request: Request) => ({ words: idsOf(request).map(word) });
const skip = new PlatformError('NOT_FOUND', 'skip', 'Not for us.');

/** A listing of these items, and transcripts for whoever asks. */
function listing(calls: readonly unknown[], lookup: (request: Request) => unknown = words) {
  return fetcherOf(request => (request.path === '/words' ? lookup(request) : page(calls)));
}

test('a page comes with its calls, their documents and transcripts, and the way on', async () => {
  const fetcher = fetcherOf(request =>
    request.path === '/words' ? words(request) : page([item('1'), item('2')], { after: 'b' }),
  );

  const haul = await fetchPage(madeUpConnector, fetcher, { ...slice, cursor: 'a' }, { withTranscripts: true });

  expect(haul).toMatchObject({ next: 'b', total: 99, outside: 0, unusable: [] });
  expect(
    haul.calls.map(({ draft, document, transcript }) => [draft.externalId, String(document), String(transcript)]),
  ).toEqual([
    ['1', JSON.stringify(item('1')), JSON.stringify(word('1'))],
    ['2', JSON.stringify(item('2')), JSON.stringify(word('2'))],
  ]);
  expect(fetcher.requests[0]?.query).toEqual({ ...slice, after: 'a' });
  expect(fetcher.requests).toHaveLength(2);
});

test('transcripts are left alone when nobody wants them, or the platform has none', async () => {
  const { transcripts: _, ...without } = madeUpConnector;
  const first = listing([item('1')]);
  const second = listing([item('1')]);

  await fetchPage(madeUpConnector, first, slice, { withTranscripts: false });
  const haul = await fetchPage(without, second, slice, { withTranscripts: true });

  expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
  expect(haul.calls[0]?.transcript).toBeUndefined();
});

test('the memory of a page is given back at once, but not what others share', async () => {
  const long = 'long '.repeat(20_000);
  const { fetcher, letGo } = withReplyMemory(
    listing([item('1')], request => ({ words: idsOf(request).map(call => ({ call, said: [long] })) })),
  );
  const haul = await fetchPage(madeUpConnector, fetcher, slice, { withTranscripts: true });
  expect(String(haul.calls[0]?.transcript)).toContain(long);

  letGo();

  expect(haul.calls[0]?.transcript).toHaveLength(0);
  expect(String(haul.calls[0]?.document)).toBe(JSON.stringify(item('1')));
});

test('an empty verdict is an empty page', async () => {
  const haul = await fetchPage(
    madeUpConnector,
    fetcherOf(() => undefined),
    slice,
    { withTranscripts: true },
  );

  expect(haul).toMatchObject({ calls: [], unusable: [], next: undefined });
});

test('calls without a transcript simply have none', async () => {
  const haul = await fetchPage(
    madeUpConnector,
    listing([item('1'), item('2')], () => ({ words: [word('2')] })),
    slice,
    { withTranscripts: true },
  );

  expect(haul.calls.map(({ transcript }) => transcript === undefined)).toEqual([true, false]);
  expect(haul.unusable).toEqual([]);
});

test('bad records are set aside, each with its reason, and the others are kept', async () => {
  const long = {
    get message() {
      return 'x'.repeat(1_000);
    },
  };
  const connector = {
    ...madeUpConnector,
    calls: {
      ...madeUpConnector.calls,
      call: (given: unknown) => {
        if ((given as { id: string }).id === 'long') throw new Error(long.message);
        return madeUpConnector.calls.call(given);
      },
    },
  };
  const bad = [
    null,
    item(7),
    item('no-time', 'yesterday'),
    item('no-offset', '2026-01-01T10:00:00'),
    item(''),
    item('long'),
  ];

  const haul = await fetchPage(connector, listing([item('1'), ...bad, item('2')]), slice, { withTranscripts: true });

  expect(haul.calls.map(({ draft }) => draft.externalId)).toEqual(['1', '2']);
  expect(haul.unusable).toHaveLength(bad.length);
  expect(new Set(haul.unusable.map(({ externalId }) => externalId)).size).toBe(bad.length);
  expect(haul.unusable.every(({ stage, reason }) => stage === 'call' && reason !== '' && reason.length <= 300)).toBe(
    true,
  );
});

test('the slice is half-open, whatever the platform thinks', async () => {
  const times = [
    '2025-12-31T23:59:59.999Z',
    slice.from,
    '2026-01-02T00:30:00+01:00',
    slice.to,
    '2026-01-01T23:59:59-01:00',
  ];

  const haul = await fetchPage(madeUpConnector, listing(times.map((at, i) => item(String(i), at))), slice, {
    withTranscripts: false,
  });

  expect(haul.calls.map(({ draft }) => draft.externalId)).toEqual(['1', '2']);
  expect(haul.outside).toBe(3);
});

test('a call listed twice is one call, asked for once, as it was listed last', async () => {
  const fetcher = listing([item('1'), item('2'), { ...item('1'), ms: 2_000 }]);

  const haul = await fetchPage(madeUpConnector, fetcher, slice, { withTranscripts: true });

  expect(haul.calls.map(({ draft }) => [draft.externalId, draft.durationSeconds])).toEqual([
    ['1', 2],
    ['2', 1],
  ]);
  expect(idsOf(fetcher.requests[1] as Request)).toEqual(['1', '2']);
});

test('transcripts are asked for in batches, their cursor is followed, and what nobody asked for is ignored', async () => {
  const ids = Array.from({ length: 70 }, (_, i) => String(i));
  const fetcher = listing(
    ids.map(id => item(id)),
    request => {
      const { after } = request.body as { after?: string };
      const half = idsOf(request).length / 2;
      return after === undefined
        ? { words: [...idsOf(request).slice(0, half).map(word), word('stranger')], after: 'x' }
        : { words: idsOf(request).slice(half).map(word) };
    },
  );

  const haul = await fetchPage(madeUpConnector, fetcher, slice, { withTranscripts: true });

  expect(haul.calls.filter(({ transcript }) => transcript !== undefined)).toHaveLength(70);
  expect(fetcher.requests.slice(1).map(request => idsOf(request).length)).toEqual([30, 30, 30, 30, 10, 10]);
});

test('one refused call costs no other its transcript', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => String(i));
  const fetcher = listing(
    ids.map(id => item(id)),
    request => (idsOf(request).includes('17') ? skip : words(request)),
  );

  const haul = await fetchPage(madeUpConnector, fetcher, slice, { withTranscripts: true });

  expect(haul.calls.filter(({ transcript }) => transcript === undefined).map(({ draft }) => draft.externalId)).toEqual([
    '17',
  ]);
  expect(haul.unusable).toEqual([{ externalId: '17', stage: 'transcript', code: 'NOT_FOUND', reason: 'Not for us.' }]);
  expect(fetcher.requests.length).toBeLessThan(15);
});

test('when every call is refused, the search for a culprit ends soon', async () => {
  const ids = Array.from({ length: 90 }, (_, i) => String(i));
  const fetcher = listing(
    ids.map(id => item(id)),
    () => skip,
  );

  const haul = await fetchPage(madeUpConnector, fetcher, slice, { withTranscripts: true });

  expect(haul.unusable).toHaveLength(90);
  expect(fetcher.requests.length).toBeLessThan(30);
});

test('a transcript whose id is no text is set aside', async () => {
  const haul = await fetchPage(
    madeUpConnector,
    listing([item('7')], () => ({ words: [word(7), word('7')] })),
    slice,
    { withTranscripts: true },
  );

  expect(haul.unusable).toMatchObject([{ stage: 'transcript' }]);
  expect(haul.calls[0]?.transcript).toBeDefined();
});

test.each([
  ['stands still', ['a'], 'a'],
  ['leads back', ['a', 'b', 'c'], 'a'],
])('a cursor that %s ends the run', async (_, asked, next) => {
  const trail = new Trail();
  const pages = asked.map((cursor, i) => ({ cursor, next: asked[i + 1] ?? next }));
  const walk = async () => {
    for (const { cursor, next: after } of pages) {
      await fetchPage(
        madeUpConnector,
        fetcherOf(() => page([], { after })),
        { ...slice, cursor },
        { withTranscripts: false, trail },
      );
    }
  };

  await expect(walk()).rejects.toMatchObject({ code: 'PLATFORM_CHANGED', recovery: 'stop' });
});

test('a cursor that stands still in the transcripts ends the run', async () => {
  const fetcher = listing([item('1')], () => ({ words: [], after: 'x' }));

  await expect(fetchPage(madeUpConnector, fetcher, slice, { withTranscripts: true })).rejects.toMatchObject({
    code: 'PLATFORM_CHANGED',
    recovery: 'stop',
  });
});

test('the same page may be asked for again, as after a crash', async () => {
  const trail = new Trail();
  const ask = () =>
    fetchPage(
      madeUpConnector,
      fetcherOf(() => page([], { after: 'b' })),
      { ...slice, cursor: 'a' },
      { withTranscripts: false, trail },
    );

  await ask();

  expect((await ask()).next).toBe('b');
});

test.each<[string, unknown, string]>([
  ['is cut', '{"page":{"calls":[', 'retry'],
  ['has no list', { page: {} }, 'stop'],
  ['has lost what stood around the list', [], 'stop'],
])('a reply that %s is never taken for an empty page', async (_, reply, recovery) => {
  const asked = fetchPage(
    madeUpConnector,
    fetcherOf(() => reply),
    slice,
    { withTranscripts: false },
  );

  await expect(asked).rejects.toMatchObject({ code: 'PLATFORM_CHANGED', recovery });
});
