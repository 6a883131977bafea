/** Transcripts that come one call at a time, or along with the listing. */
import { describe, expect, test } from 'vitest';
import type { Connector, Request } from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import { fetchPage, type PartOfHaul, Prospects } from '../../src/engine/index.js';
import { cutMember } from '../../src/engine/slice-json.js';
import { madeUpConnector } from '../conformance/twins/made-up-connector.js';
import { fetcherOf, Script } from './scripted.js';

const slice = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };
const item = (id: string, more: object = {}) => ({
  id,
  at: '2026-01-01T10:00:00.000Z',
  ms: 1,
  people: ['Ada'],
  ...more,
});
const { transcripts: _, ...untranscribed } = madeUpConnector;

/** Looks up by the call's id; a call of nobody has no transcript. */
const oneByOne: Connector = {
  ...untranscribed,
  transcriptOfCall: {
    key: ({ externalId, participants }) => (participants.length === 0 ? undefined : externalId),
    request: id => ({ path: `/words/${id}` }),
    transcript: () => ({ lines: [] }),
  },
};
const inline: Connector = { ...oneByOne, calls: { ...oneByOne.calls, inlineTranscript: 'said' } };
const withTranscripts = true;

function platform(items: readonly object[], lookUp: (id: string) => unknown = id => ({ words: id })) {
  return fetcherOf((request: Request) =>
    request.path === '/calls' ? { page: { calls: items, of: 99 } } : lookUp(request.path.slice('/words/'.length)),
  );
}
const ids = (part: PartOfHaul) => part.calls.map(({ draft }) => draft.externalId);
const many = (count: number) => Array.from({ length: count }, (_each, index) => item(String(index)));
const told = (part: PartOfHaul) =>
  part.calls.map(({ draft, transcript }) => [draft.externalId, transcript && String(transcript)]);

test('each transcript is asked for by itself, and the whole reply is its document', async () => {
  const fetcher = platform([item('a'), item('b', { people: [] }), item('c')], id =>
    id === 'c' ? undefined : { words: id },
  );

  const haul = await fetchPage(oneByOne, fetcher, slice, { withTranscripts });

  expect(told(haul)).toEqual([
    ['a', '{"words":"a"}'],
    ['b', undefined],
    ['c', undefined],
  ]);
  expect(fetcher.requests.map(({ path }) => path)).toEqual(['/calls', '/words/a', '/words/c']);
});

test('a call whose transcript is refused is kept, and set aside with the reason', async () => {
  const fetcher = platform(many(3), id => {
    if (id === '1') throw new PlatformError('PERMISSION_MISSING', 'skip', 'Not for us.');
    return { words: id };
  });

  const haul = await fetchPage(oneByOne, fetcher, slice, { withTranscripts });

  expect(ids(haul)).toEqual(['0', '1', '2']);
  expect(haul.unusable).toEqual([
    { externalId: '1', stage: 'transcript', code: 'PERMISSION_MISSING', reason: 'Not for us.' },
  ]);
});

describe('a credential that is refused every transcript', () => {
  const forbidden = new PlatformError('PERMISSION_MISSING', 'skip', 'Not for you.');
  const lookups = ({ requests }: { readonly requests: readonly Request[] }) => requests.length - 1;

  test('costs a few requests, then one a page; every call is kept and says why', async () => {
    const prospects = new Prospects();
    const costs: number[] = [];
    for (let page = 0; page < 3; page++) {
      const fetcher = platform(many(200), () => forbidden);
      const haul = await fetchPage(oneByOne, fetcher, slice, { withTranscripts, prospects });
      expect(haul.calls).toHaveLength(200);
      expect(haul.unusable.filter(({ reason }) => reason === 'Not for you.')).toHaveLength(200);
      costs.push(lookups(fetcher));
    }

    // Up to three more are under way when it shows.
    expect(costs[0]).toBeLessThanOrEqual(16 + 3);
    expect(Math.max(...costs.slice(1))).toBeLessThanOrEqual(1 + 3);
  });

  test('is asked on once a single one was given: refusals are about their calls then', async () => {
    const fetcher = platform(many(60), id => (id === '5' ? { words: id } : forbidden));

    const haul = await fetchPage(oneByOne, fetcher, slice, { withTranscripts });

    expect([lookups(fetcher), haul.unusable.length]).toEqual([60, 59]);
  });

  test.each([
    ['calls that have none', undefined],
    ['calls that are not known', new PlatformError('NOT_FOUND', 'skip', 'Who?')],
    ['calls that are still worked on', new PlatformError('TRANSCRIPT_PENDING', 'skip', 'Wait.')],
  ])('is not what %s say', async (_what, answer) => {
    const fetcher = platform(many(60), () => answer);

    await fetchPage(oneByOne, fetcher, slice, { withTranscripts });

    expect(lookups(fetcher)).toBe(60);
  });
});

test('several are under way at once, and every few are kept before the page has come to its end', async () => {
  let [now, most] = [0, 0];
  const parts: string[][] = [];
  const fetcher = platform(many(50));
  const slow: typeof fetcher = {
    ...fetcher,
    async fetch(request, purpose, read) {
      most = Math.max(most, ++now);
      await new Promise(resolve => setImmediate(resolve));
      now--;
      return fetcher.fetch(request, purpose, read);
    },
  };

  const haul = await fetchPage(oneByOne, slow, slice, {
    withTranscripts,
    parts: { keep: async part => void parts.push(ids(part)), kept: async () => new Set() },
  });

  expect(most).toBe(4);
  expect(parts.map(part => part.length)).toEqual([20, 20]);
  expect([...parts.flat(), ...ids(haul)].length).toBe(50);
  expect(new Set([...parts.flat(), ...ids(haul)]).size).toBe(50);
});

test('what the run has kept before is not asked for again', async () => {
  const fetcher = platform(many(4));

  const haul = await fetchPage(oneByOne, fetcher, slice, {
    withTranscripts,
    parts: { keep: async () => undefined, kept: async () => new Set(['0', '2']) },
  });

  expect(ids(haul).toSorted()).toEqual(['0', '1', '2', '3']);
  expect(fetcher.requests.map(({ path }) => path)).toEqual(['/calls', '/words/1', '/words/3']);
});

test('what was paid for is kept when the platform closes in the middle of a page', async () => {
  const closed = new PlatformError('PLATFORM_BUSY', 'wait', 'Later.');
  const parts: string[][] = [];
  const fetcher = platform(many(10), id => {
    if (Number(id) >= 6) throw closed;
    return { words: id };
  });

  const work = fetchPage(oneByOne, fetcher, slice, {
    withTranscripts,
    parts: { keep: async part => void parts.push(ids(part)), kept: async () => new Set() },
  });

  await expect(work).rejects.toBe(closed);
  expect(parts).toEqual([['0', '1', '2', '3', '4', '5']]);
});

test.each([
  ['a reply that says "come back later"', 202, { state: 'processing' }, 'TRANSCRIPT_PENDING'],
  ['a refusal that a rule calls pending', 409, { code: 12002 }, 'TRANSCRIPT_PENDING'],
  ['a call that is not known', 404, {}, 'NOT_FOUND'],
])('%s sets the transcript aside', async (_what, status, body, code) => {
  const rules = [{ status: 409, purpose: 'lookup', body: /12002/, verdict: 'pending' }] as const;
  const connector = { ...oneByOne, http: { ...oneByOne.http, verdicts: rules } };
  const script = new Script(
    [
      { status: 200, body: { page: { calls: [item('a')] } } },
      { status, body },
    ],
    {},
    connector,
  );

  const haul = await fetchPage(connector, script.ask, slice, { withTranscripts });

  expect(haul.unusable).toMatchObject([{ externalId: 'a', stage: 'transcript', code }]);
  expect(ids(haul)).toEqual(['a']);
});

test('a rule for lookups says nothing about listings', async () => {
  const rules = [{ status: 200, purpose: 'lookup', verdict: 'empty' }] as const;
  const connector = { ...oneByOne, http: { ...oneByOne.http, verdicts: rules } };
  const script = new Script([{ status: 200, body: { page: { calls: [item('a')] } } }, 200], {}, connector);

  const haul = await fetchPage(connector, script.ask, slice, { withTranscripts });

  expect(told(haul)).toEqual([['a', undefined]]);
});

test('a transcript that was cut on its way is asked for again', async () => {
  const whole = { status: 200, body: { page: { calls: [item('a')] } } };
  const script = new Script(
    [whole, { status: 200, body: '{"words":' }, { status: 200, body: { words: 1 } }],
    {},
    oneByOne,
  );

  const haul = await fetchPage(oneByOne, script.ask, slice, { withTranscripts });

  expect(told(haul)).toEqual([['a', '{"words":1}']]);
});

test('transcripts that come along are cut out of the calls, and nothing else is asked for', async () => {
  const fetcher = platform([item('a', { said: [['Ada', 1, 'Hello']] }), item('b', { said: [] }), item('c')]);

  const haul = await fetchPage(inline, fetcher, slice, { withTranscripts });

  expect(told(haul)).toEqual([
    ['a', '[["Ada",1,"Hello"]]'],
    ['b', undefined],
    ['c', undefined],
  ]);
  expect(String(haul.calls[0]?.document)).toContain('"said":null');
  expect(fetcher.requests).toHaveLength(1);
});

test('whoever comes in by a way that may not have them come along gets them one by one', async () => {
  const fetcher = platform([item('a')]);

  const haul = await fetchPage(inline, fetcher, slice, { withTranscripts, lacks: ['inline-transcripts'] });

  expect(told(haul)).toEqual([['a', '{"words":"a"}']]);
});

test('nothing comes along that nobody wants', async () => {
  const asked: (boolean | undefined)[] = [];
  const calls: Connector['calls'] = {
    ...inline.calls,
    request(query) {
      asked.push(query.withTranscripts);
      return inline.calls.request(query);
    },
  };

  await fetchPage({ ...inline, calls }, platform([item('a')]), slice, { withTranscripts: false });
  await fetchPage({ ...inline, calls }, platform([item('a')]), slice, { withTranscripts });

  expect(asked).toEqual([false, true]);
});

test('a filter that is off is asked for more, and what lies outside is dropped', async () => {
  const calls = { ...oneByOne.calls, marginHours: { before: 24, after: 48 } };
  const fetcher = platform([item('in'), item('out', { at: '2026-01-02T00:00:00.000Z' })]);

  const haul = await fetchPage({ ...oneByOne, calls }, fetcher, slice, { withTranscripts: false });

  expect(fetcher.requests[0]?.query).toMatchObject({
    from: '2025-12-31T00:00:00.000Z',
    to: '2026-01-04T00:00:00.000Z',
  });
  expect(ids(haul)).toEqual(['in']);
  expect(haul.outside).toBe(1);
});

test.each([
  ['{"a":1,"t":[1,"]"],"b":2}', '{"a":1,"t":null,"b":2}', '[1,"]"]'],
  ['{"t":{"x":[]}}', '{"t":null}', '{"x":[]}'],
  ['{"t": [ ] }', '{"t": [ ] }', undefined],
  ['{"t":null}', '{"t":null}', undefined],
  ['{"o":{"t":[1]}}', '{"o":{"t":[1]}}', undefined],
  ['[1]', '[1]', undefined],
])('%s without its member t', (json, rest, value) => {
  const cut = cutMember(Buffer.from(json), 't');

  expect([String(cut.rest), cut.value && String(cut.value)]).toEqual([rest, value]);
});
