import { expect, test } from 'vitest';
import { toAccount, toCall, toPage, toTranscript } from '../../connections/fathom/map.js';
import fathom from '../../connections/fathom/simulator.js';

const meeting = (more: object) => ({ ...(fathom.golden.item as object), ...more });

test.each([
  ['an id that a number cannot hold', { recording_id: 9_007_199_254_740_993 }, /recording_id/],
  ['an id that is a text', { recording_id: '123' }, /recording_id/],
  ['no start', { recording_start_time: null }, /recording_start_time.*missing/],
  ['a start without an offset', { recording_start_time: '2026-03-01T16:01:12' }, /no.*offset|with an offset/],
  ['invitees that are no list', { calendar_invitees: 'all' }, /calendar_invitees/],
  ['an invitee that is no object', { calendar_invitees: ['bob'] }, /calendar_invitees/],
])('%s makes it no call, and the reason quotes no value', (_what, more, reason) => {
  expect(() => toCall(meeting(more))).toThrow(reason);
});

test('whoever recorded an ad hoc meeting takes part in it, also when nobody was invited', () => {
  const { participants, direction } = toCall(meeting({ calendar_invitees: [] }));

  expect(participants).toEqual([
    {
      ...{ name: 'Alice Johnson', email: 'alice.johnson@acme.example', speakerId: 'alice.johnson@acme.example' },
      ...{ role: 'host', affiliation: 'internal' },
    },
  ]);
  expect(direction).toBeUndefined();
});

test('a meeting is internal when all that were invited are, whatever it says of their domains', () => {
  const invited = ['ada', 'bob'].map(name => ({ name, email: `${name}@acme.example`, is_external: false }));
  const more = { calendar_invitees: invited, calendar_invitees_domains_type: 'one_or_more_external' };

  expect(toCall(meeting(more)).direction).toBe('internal');
});

test.each([
  ['an end before the start', { recording_end_time: '2026-03-01T16:00:00Z' }, { durationSeconds: undefined }],
  ['no end', { recording_end_time: null }, { durationSeconds: undefined }],
  ['a language in words', { transcript_language: 'English, mostly' }, { language: undefined }],
  ['a language with a region', { transcript_language: 'pt-br' }, { language: 'pt-BR' }],
  ['a link that leads elsewhere', { url: 'javascript:alert(1)' }, { link: undefined }],
  ['no title', { title: null }, { title: 'QBR 2026 Q1' }],
])('%s is no reason to lose the call', (_what, more, expected) => {
  expect(toCall(meeting(more))).toMatchObject(expected);
});

test.each(['5:32', '00:61:00', '1:02:03', ''])(
  'a transcript whose clock says %j has a form that is not known',
  clock => {
    expect(() =>
      toTranscript({ transcript: [{ speaker: { display_name: 'Ada' }, text: 'x', timestamp: clock }] }),
    ).toThrow(/timestamp/);
  },
);

test('the list that came along with a meeting reads like a whole reply', () => {
  const whole = fathom.golden.transcriptDocument as { transcript: unknown };

  expect(toTranscript(whole.transcript)).toEqual(toTranscript(whole));
});

test('a page without a mark is not taken for the last one', () => {
  expect(() => toPage({ items: [] })).toThrow(/next_cursor/);
  expect(toPage({ items: [], next_cursor: null })).toEqual({ next: undefined });
});

test('a company is known by the domain that most members are under', () => {
  const members = [
    'a@gmail.com',
    'c@gmail.com',
    'd@gmail.com',
    'a@acme.example',
    'b@ACME.example',
    'c@sister.example',
    null,
  ].map(email => ({ email }));

  expect(toAccount({ items: members })).toEqual({
    id: 'acme.example',
    otherIds: ['sister.example'],
    name: 'acme.example',
  });
});

test('nobody is known by a domain where anybody gets an address, and what nobody is seen of has no name', () => {
  const at = ['gmail.com', 'outlook.de', 'proton.me', 't-online.de'].map(domain => ({ email: `ada@${domain}` }));

  expect(toAccount({ items: at }).id).toBeUndefined();
  expect(toAccount({ items: [] }).id).toBeUndefined();
});
