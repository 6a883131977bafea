/** Lookups that are refused for no reason that anybody foresaw: one is about its call, many are about us. */
import { expect, test } from 'vitest';
import type { Connector, Request } from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import { fetchPage, type PartOfHaul, Prospects } from '../../src/engine/index.js';
import { FilterRefused } from '../../src/engine/filter-refused.js';
import { madeUpConnector } from '../conformance/twins/made-up-connector.js';
import { fetcherOf, Script } from './scripted.js';

const slice = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };
const item = (id: string) => ({ id, at: '2026-01-01T10:00:00.000Z', ms: 1, people: ['Ada'] });
const many = (count: number) => Array.from({ length: count }, (_each, index) => item(String(index)));
const { transcripts: _, ...untranscribed } = madeUpConnector;
const oneByOne: Connector = {
  ...untranscribed,
  transcriptOfCall: {
    key: ({ externalId }) => externalId,
    request: id => ({ path: `/words/${id}` }),
    transcript: () => ({ lines: [] }),
  },
};
const detailed: Connector = {
  ...untranscribed,
  detailOfCall: { key: call => (call as { id: string }).id, request: id => ({ path: `/words/${id}` }), as: 'detail' },
};
const withTranscripts = true;
const refused = () => new PlatformError('LOOKUP_REFUSED', 'skip', 'Made Up answered 422 to GET /words.');

function platform(items: readonly object[], lookUp: (id: string) => unknown) {
  return fetcherOf(({ path }: Request) =>
    path === '/calls' ? { page: { calls: items, of: 99 } } : lookUp(path.slice('/words/'.length)),
  );
}

test.each([
  [400, 'LOOKUP_REFUSED'],
  [402, 'PERMISSION_MISSING'],
  [404, 'NOT_FOUND'],
  [409, 'LOOKUP_REFUSED'],
  [422, 'LOOKUP_REFUSED'],
])('a lookup that is answered with %i sets its call aside as %s, and asks once', async (status, code) => {
  const script = new Script([status]);

  const error = await script.ask
    .as('lookup')
    .send({ path: '/words/1' })
    .catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ code, recovery: 'skip', message: expect.stringContaining(String(status)) });
  expect(script.sent).toHaveLength(1);
});

test.each(['check', 'listing', 'subscription'] as const)(
  'a %s that is answered with 422 still stops',
  async purpose => {
    const refusal = new Script([422]).ask.as(purpose).send({ path: '/x' });

    await expect(refusal).rejects.toMatchObject({ code: 'PLATFORM_CHANGED', recovery: 'stop' });
  },
);

test.each([
  ['transcript', oneByOne],
  ['detail', detailed],
] as const)('one refused %s costs no other call', async (stage, connector) => {
  const fetcher = platform(many(30), id => (id === '3' ? refused() : { words: id }));

  const haul = await fetchPage(connector, fetcher, slice, { withTranscripts });

  expect(haul.calls).toHaveLength(30);
  expect(haul.unusable).toMatchObject([{ externalId: '3', stage, code: 'LOOKUP_REFUSED' }]);
  expect(haul.calls.find(({ draft }) => draft.externalId === '3')?.isPartial).toBe(
    stage === 'detail' ? true : undefined,
  );
});

test.each([
  ['transcripts', oneByOne],
  ['details', detailed],
] as const)(
  'when the first ten %s are all refused, the work stops, and says what the platform answered',
  async (_what, connector) => {
    const fetcher = platform(many(200), refused);
    const kept: PartOfHaul[] = [];
    const parts = { keep: async (part: PartOfHaul) => void kept.push(part), kept: async () => new Set<string>() };

    const work = fetchPage(connector, fetcher, slice, { withTranscripts, parts });

    await expect(work).rejects.toMatchObject({
      code: 'PLATFORM_CHANGED',
      recovery: 'stop',
      message: expect.stringMatching(/the first 10.*answered 422/i),
    });
    expect(fetcher.requests.length - 1).toBeLessThanOrEqual(13);
  },
);

test('they need not be on one page, and one that was given ends the counting', async () => {
  const prospects = new Prospects();
  const page = (lookUp: (id: string) => unknown, count: number) =>
    fetchPage(oneByOne, platform(many(count), lookUp), slice, { withTranscripts, prospects });

  await page(refused, 6);
  await expect(page(refused, 6)).rejects.toMatchObject({ recovery: 'stop' });

  const other = new Prospects();
  await fetchPage(
    oneByOne,
    platform(many(1), id => ({ id })),
    slice,
    { withTranscripts, prospects: other },
  );
  const haul = await fetchPage(oneByOne, platform(many(40), refused), slice, { withTranscripts, prospects: other });
  expect(haul.unusable).toHaveLength(40);
});

test('calls that are not there are no sign of anything, however many', async () => {
  const gone = () => new PlatformError('NOT_FOUND', 'skip', 'Gone.');

  const haul = await fetchPage(oneByOne, platform(many(40), gone), slice, { withTranscripts });

  expect(haul.unusable).toHaveLength(40);
});

test('batches that are all refused stop the work; one culprit among them costs no other call', async () => {
  const ids = (request: Request) => (request.body as { readonly ids: readonly string[] }).ids;
  const answering = (isBad: (id: string) => boolean) =>
    fetcherOf((request: Request) => {
      if (request.path === '/calls') return { page: { calls: many(20) } };
      return ids(request).some(isBad) ? refused() : { words: ids(request).map(call => ({ call, said: [] })) };
    });

  const haul = await fetchPage(
    madeUpConnector,
    answering(id => id === '7'),
    slice,
    { withTranscripts },
  );
  expect(haul.unusable).toMatchObject([{ externalId: '7', code: 'LOOKUP_REFUSED' }]);
  await expect(
    fetchPage(
      madeUpConnector,
      answering(() => true),
      slice,
      { withTranscripts },
    ),
  ).rejects.toMatchObject({ recovery: 'stop', code: 'PLATFORM_CHANGED' });
});

test('a listing that takes no filter is asked for without one, once for a run, and what lies outside is dropped', async () => {
  const listing: Connector = {
    ...oneByOne,
    calls: {
      ...oneByOne.calls,
      request: ({ unfiltered }) => ({ path: '/calls', query: { filter: unfiltered === true ? undefined : 'window' } }),
    },
  };
  const early = { ...item('early'), at: '2025-12-31T10:00:00.000Z' };
  const fetcher = fetcherOf(({ query, path }: Request) => {
    if (path !== '/calls') return { words: path };
    if (query?.['filter'] !== undefined) throw new FilterRefused('Made Up');
    return { page: { calls: [early, item('a')] } };
  });
  const prospects = new Prospects();

  for (let page = 0; page < 2; page++) {
    const haul = await fetchPage(listing, fetcher, slice, { withTranscripts: false, prospects });
    expect([haul.calls.map(({ draft }) => draft.externalId), haul.outside]).toEqual([['a'], 1]);
  }

  expect(fetcher.requests.map(({ query }) => query?.['filter'])).toEqual(['window', undefined, undefined]);
  const never = fetchPage(
    listing,
    fetcherOf(() => new FilterRefused('Made Up')),
    slice,
    { withTranscripts: false },
  );
  await expect(never).rejects.toMatchObject({ code: 'PLATFORM_CHANGED', recovery: 'stop' });
});
