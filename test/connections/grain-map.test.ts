import { expect, test } from 'vitest';
import { toAccount, toCall, toPage, toTranscript } from '../../connections/grain/map.js';
import grain from '../../connections/grain/simulator.js';

const recording = (more: object) => ({ ...(grain.golden.item as object), ...more });

test.each([
  ['no id', { id: '' }, /`id` is missing/],
  ['an id that is a number', { id: 17 }, /`id`/],
  ['no start', { start_datetime: undefined }, /start_datetime/],
  ['a start in words', { start_datetime: 'yesterday' }, /start_datetime/],
  ['a length in words', { duration_ms: 'an hour' }, /duration_ms/],
  ['participants that are no list', { participants: {} }, /participants/],
])('%s makes it no call, and the reason quotes no value', (_what, more, reason) => {
  expect(() => toCall(recording(more))).toThrow(reason);
});

test.each([
  ['what came in as a transcript alone', { media_type: 'transcript' }, { recordings: [] }],
  ['sound alone', { media_type: 'audio' }, { recordings: [{ kind: 'audio' }] }],
  ['participants that were not asked for', { participants: undefined }, { participants: [], direction: undefined }],
  ['a link that leads elsewhere', { url: 'http://grain.example' }, { link: undefined }],
])('%s is a call too', (_what, more, expected) => {
  expect(toCall(recording(more))).toMatchObject(expected);
});

test('a transcript that is no list has a form that is not known', () => {
  expect(() => toTranscript({ rows: [] })).toThrow(/transcript/);
  expect(() => toTranscript([{ text: 'x', start: -1 }])).toThrow(/start/);
});

test('a page without a mark is not taken for the last one', () => {
  expect(() => toPage({ recordings: [] })).toThrow(/cursor/);
  expect(toPage({ recordings: [], cursor: null })).toEqual({ next: undefined });
});

test('a workspace is known by the domain that most users are under', () => {
  const users = [
    'a@yahoo.co.uk',
    'b@yahoo.co.uk',
    'c@yahoo.co.uk',
    'a@acme.example',
    'b@acme.example',
    'c@sister.example',
  ].map(email => ({ email }));

  expect(toAccount({ users })).toEqual({ id: 'acme.example', otherIds: ['sister.example'], name: 'acme.example' });
});

test('nobody is known by a domain where anybody gets an address, and what nobody is seen of has no name', () => {
  const at = ['gmail.com', 'outlook.de', 'proton.me', 't-online.de'].map(domain => ({ email: `ada@${domain}` }));

  expect(toAccount({ users: at }).id).toBeUndefined();
  expect(toAccount({ users: [] }).id).toBeUndefined();
});
