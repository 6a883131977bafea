import { expect, test } from 'vitest';
import { toAccount, toCall, toDetailKey, toPage, toTranscript } from '../../connections/zoom-phone/map.js';
import zoom from '../../connections/zoom-phone/simulator.js';

const { detail: _, ...listed } = zoom.golden.item as { readonly detail: object };
const row = (more: object = {}) => ({ ...listed, ...more });
const elements = (...more: readonly object[]) => row({ detail: { call_elements: more } });

test.each([
  ['no id', { call_history_uuid: '' }, /`call_history_uuid` is missing/],
  ['an id that is a number', { call_history_uuid: 17 }, /`call_history_uuid`/],
  ['no start', { start_time: null }, /start_time/],
  ['a start without an offset', { start_time: '2026-03-02T23:59:50' }, /start_time/],
  ['a length in words', { duration: 'an hour' }, /duration/],
  ['a detail that is a list', { detail: [] }, /detail/],
  ['elements that are no list', { detail: { call_elements: {} } }, /call_elements/],
])('%s makes it no call, and the reason quotes no value', (_what, more, reason) => {
  expect(() => toCall(row(more))).toThrow(reason);
});

test('the row alone is a call, without what only the detail tells', () => {
  expect(toCall(row())).toMatchObject({
    recordings: [],
    participants: [{ name: 'Peter Gibbons' }, { name: 'Sales queue' }],
  });
});

test('a row of the old form goes by its old name', () => {
  const { externalId } = toCall(row({ call_history_uuid: undefined, id: 'old' }));
  expect([externalId, toDetailKey(row({ call_history_uuid: undefined, id: 'old' }))]).toEqual(['old', 'old']);
});

test('more is asked about recorded calls only', () => {
  expect(toDetailKey(row())).toBe('20260302-48c1dfd4-91ce-4df5-8495-7c9e33d10869');
  for (const status of ['non_recorded', undefined, 'some new word'])
    expect(toDetailKey(row({ recording_status: status }))).toBeUndefined();
});

test('rows that share a call_id stay two calls, each with its own recordings', () => {
  const [first, second] = ['one', 'two'].map(id =>
    toCall({ ...elements({ recording_id: `tape-${id}` }), call_history_uuid: id, call_id: 'shared' }),
  );
  expect([first, second]).toMatchObject([
    { externalId: 'one', recordings: [{ ref: 'tape-one' }] },
    { externalId: 'two', recordings: [{ ref: 'tape-two' }] },
  ]);
});

test('a recording that two elements name is one', () => {
  expect(toCall(elements({ recording_id: 'a' }, { recording_id: 'a' }, { recording_id: '' })).recordings).toEqual([
    { ref: 'a', kind: 'audio' },
  ]);
});

test.each([
  ['whoever was only rung', { result: 'ring_timeout', callee_name: 'Nobody', callee_ext_number: '1' }, 2],
  ['whoever took it up', { result: 'picked_up', callee_name: 'Somebody', callee_ext_number: '1' }, 3],
  ['the callee of the row', { result: 'answered', callee_name: 'Sales queue', callee_ext_number: '800' }, 2],
  ['an element that names nobody', { result: 'answered' }, 2],
])('%s counts as %o', (_who, element, count) => {
  expect(toCall(elements(element)).participants).toHaveLength(count);
});

test.each([
  ['a colleague', { caller_ext_number: '101', caller_ext_type: 'user' }, { affiliation: 'internal', speakerId: '101' }],
  ['a contact of the account', { caller_ext_type: 'external_contact' }, { affiliation: 'external' }],
  ['a withheld number', { caller_did_number: undefined }, { phone: undefined, affiliation: 'external' }],
  ['a number as people write it', { caller_did_number: '020 7183 8750' }, { phone: '+442071838750' }],
])('%s on the line', (_who, more, expected) => {
  expect(toCall(row(more)).participants[0]).toMatchObject(expected);
});

test.each([
  ['outbound', 'external', 'outbound'],
  ['inbound', 'internal', 'internal'],
  ['sideways', 'external', undefined],
])('%s and %s is %s', (direction, connect_type, expected) => {
  expect(toCall(row({ direction, connect_type })).direction).toBe(expected);
});

const file = (...timeline: readonly object[]) => ({ recording_start: '2026-03-03T00:00:00Z', timeline });

test('a single file counts from its own start, and may say nothing of it', () => {
  const lines = [{ text: 'Hi', ts: '01:00:00.5' }];
  expect(toTranscript({ timeline: lines }).lines).toEqual([
    { speakerId: 'Outside caller', startSeconds: 3600.5, endSeconds: undefined, text: 'Hi' },
  ]);
});

test('the lines of two recordings at once are told in the order in which they were said', () => {
  const said = (text: string, ts: string) => ({ text, ts, userId: '1' });
  const later = { ...file(said('b', '00:00:01.000')), recording_start: '2026-03-03T00:00:02Z' };

  const { lines } = toTranscript([later, file(said('a', '00:00:00.000'), said('c', '00:00:04.000'))]);

  expect(lines.map(({ text, startSeconds }) => [text, startSeconds])).toEqual([
    ['a', 0],
    ['b', 3],
    ['c', 4],
  ]);
});

test.each([
  [{ timeline: {} }, /timeline/],
  [file({ text: 'x' }), /`ts` is missing/],
  [file({ text: 'x', ts: '00:61:00.000' }), /HH:MM:SS/],
  [[file(), { timeline: [] }], /recording_start/],
  ['words', /transcript/],
])('a transcript of a form that is not known is refused', (document, reason) => {
  expect(() => toTranscript(document)).toThrow(reason);
});

test('the page says where the next is, or that there is none', () => {
  expect(toPage({ next_page_token: 'x', total_records: 7 })).toEqual({ next: 'x', total: 7 });
  expect(toPage({ next_page_token: '' })).toEqual({ next: undefined, total: undefined });
  expect(() => toPage({ call_history: [] })).toThrow(/next_page_token/);
});

test('the account is named by its own id, and known to people by what there is', () => {
  expect(toAccount({ account_id: 'a', company: 'Acme Ltd', email: 'x@acme.example' })).toEqual({
    id: 'a',
    name: 'Acme Ltd',
  });
  expect(toAccount({ account_id: 'a', email: 'x@acme.example' }).name).toBe('acme.example');
  expect(toAccount({ account_id: 'a' }).name).toBe('a');
  expect(() => toAccount({ id: 'user' })).toThrow(/account_id/);
});
