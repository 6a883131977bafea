/** What a call's own requests bring: its details, and the words of each of its recordings. And listings in parts. */
import { expect, test } from 'vitest';
import type { Connector, Request } from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import { fetchPage, type PartOfHaul } from '../../src/engine/index.js';
import { madeUpConnector, toCall } from '../conformance/twins/made-up-connector.js';
import { fetcherOf } from './scripted.js';

const slice = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };
const item = (id: string, more: object = {}) => ({ id, at: '2026-01-01T10:00:00.000Z', ms: 1, people: [], ...more });
type Item = Parameters<typeof toCall>[0] & { readonly taped?: boolean; readonly detail?: { readonly tapes: string[] } };
const { transcripts: _, ...untranscribed } = madeUpConnector;

/** Taped calls have a detail, which names their tapes; each tape has words. */
const taping: Connector = {
  ...untranscribed,
  calls: {
    ...untranscribed.calls,
    call(given) {
      const { detail, ...call } = given as Item;
      return { ...toCall(call), recordings: detail?.tapes.map(ref => ({ ref, kind: 'audio' as const })) ?? [] };
    },
  },
  detailOfCall: {
    key: given => ((given as Item).taped ? (given as Item).id : undefined),
    request: id => ({ path: `/calls/${id}` }),
    as: 'detail',
  },
  transcriptOfCall: {
    key: ({ recordings }) => recordings.map(({ ref }) => ref),
    request: tape => ({ path: `/words/${tape}` }),
    transcript: () => ({ lines: [] }),
  },
};
const taped = (id: string) => item(id, { taped: true });
const answers = (
  items: readonly object[],
  detail: (id: string) => unknown,
  words: (tape: string) => unknown = tape => ({ tape }),
) =>
  fetcherOf(({ path }: Request) => {
    const [, kind, id] = path.split('/');
    if (kind === 'words') return words(id ?? '');
    return id === undefined ? { page: { calls: items } } : detail(id);
  });
const paths = ({ requests }: { readonly requests: readonly Request[] }) => requests.map(({ path }) => path);
const ids = (part: PartOfHaul) => part.calls.map(({ draft }) => draft.externalId);

test('a detail is put into the call, which is mapped with it and kept with it', async () => {
  const fetcher = answers([taped('a'), item('b')], id => `{"tapes":["${id}1"], "n": 10000000000000000001}`);

  const haul = await fetchPage(taping, fetcher, slice, { withTranscripts: true });

  expect(paths(fetcher)).toEqual(expect.arrayContaining(['/calls', '/calls/a', '/words/a1']));
  expect(fetcher.requests).toHaveLength(3);
  expect(haul.calls.map(({ draft }) => draft.recordings)).toEqual([[{ ref: 'a1', kind: 'audio' }], []]);
  expect(String(haul.calls[0]?.document)).toBe(
    '{"id":"a","at":"2026-01-01T10:00:00.000Z","ms":1,"people":[],"taped":true,"detail":{"tapes":["a1"], "n": 10000000000000000001}}',
  );
  expect(haul.calls.map(({ transcript }) => transcript && String(transcript))).toEqual(['{"tape":"a1"}', undefined]);
});

test('without transcripts the details come all the same, and none where nobody wants them', async () => {
  const one = answers([taped('a')], () => ({ tapes: ['a1'] }));
  const other = answers([taped('a')], () => ({ tapes: ['a1'] }));

  const haul = await fetchPage(taping, one, slice, { withTranscripts: false });
  await fetchPage(taping, other, slice, { withTranscripts: false, withDetails: false });

  expect(paths(one)).toEqual(['/calls', '/calls/a']);
  expect(haul.calls[0]?.draft.recordings).toHaveLength(1);
  expect(paths(other)).toEqual(['/calls']);
});

test('the words of several recordings are one list, in their order; one that is refused is told of', async () => {
  const fetcher = answers(
    [taped('a'), taped('b')],
    id => ({ tapes: [`${id}1`, `${id}2`, `${id}3`] }),
    tape => {
      if (tape === 'b2') throw new PlatformError('TRANSCRIPT_PENDING', 'skip', 'Not yet.');
      return tape === 'a2' ? undefined : { tape };
    },
  );

  const haul = await fetchPage(taping, fetcher, slice, { withTranscripts: true });

  expect(haul.calls.map(({ transcript }) => JSON.parse(String(transcript)))).toEqual([
    [{ tape: 'a1' }, { tape: 'a3' }],
    [{ tape: 'b1' }, { tape: 'b3' }],
  ]);
  expect(haul.unusable).toMatchObject([{ externalId: 'b', stage: 'transcript', code: 'TRANSCRIPT_PENDING' }]);
});

test('a call whose detail is refused is kept as it was listed; one that nothing can be made of is set aside', async () => {
  const fetcher = answers([taped('a'), taped('b')], id => {
    if (id === 'a') throw new PlatformError('NOT_FOUND', 'skip', 'Gone.');
    return { tapes: 'none' };
  });

  const haul = await fetchPage(taping, fetcher, slice, { withTranscripts: true });

  expect(ids(haul)).toEqual(['a']);
  expect(haul.unusable).toMatchObject([
    { externalId: 'a', stage: 'detail', code: 'NOT_FOUND' },
    { stage: 'call', code: 'PLATFORM_CHANGED' },
  ]);
});

test('what the run holds is neither asked for again nor stored over by what the list says of it', async () => {
  const fetcher = answers(['a', 'b', 'c'].map(taped), id => ({ tapes: [id] }));

  const haul = await fetchPage(taping, fetcher, slice, {
    withTranscripts: true,
    held: new Set(['a']),
    parts: { keep: async () => undefined, kept: async () => new Set(['c']) },
  });

  expect(ids(haul)).toEqual(['b']);
  expect(paths(fetcher)).toEqual(['/calls', '/calls/b', '/words/b']);
});

const inParts: Connector = {
  ...untranscribed,
  calls: {
    ...untranscribed.calls,
    parts: ['taped', 'silent'],
    request: ({ part, cursor }) => ({ path: `/${part}`, query: { after: cursor } }),
  },
};

test('a listing in parts is read to the end of each, and counts nothing', async () => {
  const fetcher = fetcherOf(({ path, query }: Request) => {
    const after = query?.after === undefined && path === '/taped' ? '1 x' : undefined;
    return { page: { of: 3, calls: [item(`${path}${query?.after ?? ''}`)], ...(after && { after }) } };
  });
  const found: string[] = [];
  const totals: unknown[] = [];

  let cursor: string | undefined;
  do {
    const haul = await fetchPage(inParts, fetcher, { ...slice, cursor }, { withTranscripts: true });
    found.push(...ids(haul));
    totals.push(haul.total);
    cursor = haul.next;
  } while (cursor !== undefined);

  expect(found).toEqual(['/taped', '/taped1 x', '/silent']);
  expect(totals).toEqual([undefined, undefined, undefined]);
});

test('a part that holds nothing does not end the listing', async () => {
  const fetcher = fetcherOf(({ path }: Request) => (path === '/taped' ? undefined : { page: { calls: [item('s')] } }));

  const first = await fetchPage(inParts, fetcher, slice, { withTranscripts: true });
  const second = await fetchPage(inParts, fetcher, { ...slice, cursor: first.next }, { withTranscripts: true });

  expect([ids(first), ids(second), second.next]).toEqual([[], ['s'], undefined]);
});

test('a record that a connector can make no request of costs no other call', async () => {
  const fetcher = answers([taped('a'), taped('b'), taped('c')], id => ({ tapes: [id] }));
  const detailOfCall = {
    ...(taping.detailOfCall as NonNullable<Connector['detailOfCall']>),
    key(given: unknown) {
      if ((given as Item).id === 'a') throw new Error('Made up: `taped` is a number, not text.');
      return (given as Item).id;
    },
  };
  const transcriptOfCall = {
    ...(taping.transcriptOfCall as NonNullable<Connector['transcriptOfCall']>),
    // Half of a pair is no text that an address could hold.
    request: (tape: string) => ({ path: `/words/${encodeURIComponent(tape === 'b' ? '\ud800' : tape)}` }),
  };

  const haul = await fetchPage({ ...taping, detailOfCall, transcriptOfCall }, fetcher, slice, {
    withTranscripts: true,
  });

  expect(ids(haul)).toEqual(['a', 'b', 'c']);
  expect(haul.calls.map(({ transcript }) => transcript && String(transcript))).toEqual([
    undefined,
    undefined,
    '{"tape":"c"}',
  ]);
  expect(haul.unusable).toMatchObject([
    { externalId: 'a', stage: 'detail', code: 'PLATFORM_CHANGED' },
    { externalId: 'b', stage: 'transcript', code: 'PLATFORM_CHANGED' },
  ]);
});
