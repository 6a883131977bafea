import { describe, expect, test } from 'vitest';
import connector from '../../connections/ringcentral/connector.js';
import { toAccount, toCall, toCount, toPage, toTranscript } from '../../connections/ringcentral/map.js';
import ringcentral from '../../connections/ringcentral/simulator.js';
import { judge } from '../../src/engine/judge.js';

const record = (more: object) => ({ ...(ringcentral.golden.item as object), ...more });
const ada = { extensionId: '101008', extensionNumber: '101', name: 'Ada Lovelace' };
const grace = { extensionId: '102008', extensionNumber: '102', name: 'Grace Hopper' };
const outside = { phoneNumber: '+442079460018', name: 'LONDON' };

describe('a record that is no call', () => {
  test.each([
    ['no id', { id: '' }, /`id` is missing/],
    ['an id that is a number', { id: 17 }, /`id`/],
    ['no start', { startTime: undefined }, /startTime/],
    ['a start without an offset', { startTime: '2026-01-01T00:00:00' }, /startTime/],
    ['a length in words', { durationMs: undefined, duration: 'an hour' }, /duration/],
    ['legs that are no list', { legs: {} }, /legs/],
    ['a recording without an id', { recording: { uri: 'https://x.example' } }, /recording.id/],
    ['a caller in words', { from: 'Ada' }, /`from`/],
  ])('has %s, and the reason quotes no value', (_what, more, reason) => {
    expect(() => toCall(record(more))).toThrow(reason);
  });
});

describe('what is a call too', () => {
  test.each([
    [
      'a missed one',
      { duration: 0, durationMs: 0, recording: undefined, legs: [] },
      { durationSeconds: 0, recordings: [] },
    ],
    ['one that was too short to keep', { recording: undefined, shortRecording: true, legs: [] }, { recordings: [] }],
    ['one without legs', { legs: undefined }, { recordings: [{ ref: '10384944005' }] }],
    ['one with no words for its end', { result: 'Something new', action: 'New' }, { direction: 'inbound' }],
    ['one whose direction is new', { direction: 'Sideways' }, { direction: undefined }],
    ['one that tells whole seconds alone', { durationMs: undefined }, { durationSeconds: 77, durationMs: undefined }],
  ])('%s', (_what, more, expected) => {
    expect(toCall(record(more))).toMatchObject(expected);
  });
});

describe('who took part', () => {
  const partiesOf = (more: object) => toCall(record({ legs: [], ...more })).participants;

  test('two extensions are an internal call, whichever way it went', () => {
    for (const direction of ['Inbound', 'Outbound']) {
      const call = toCall(record({ direction, from: ada, to: { extensionNumber: '102' }, legs: [] }));
      expect(call.direction).toBe('internal');
      expect(call.participants.map(({ affiliation }) => affiliation)).toEqual(['internal', 'internal']);
    }
  });

  test.each([
    ['withheld numbers are nobody', { from: {}, to: ada }, ['Ada Lovelace']],
    ['parties that are left out are nobody', { from: undefined, to: null }, []],
    [
      'a number of the company is its own',
      { from: outside, to: { phoneNumber: '+16505550100' } },
      ['LONDON', undefined],
    ],
  ])('%s', (_what, more, names) => {
    expect(partiesOf(more).map(({ name }) => name)).toEqual(names);
  });

  test('the side of the company is told by the direction', () => {
    const affiliations = (direction: string, from: object, to: object) =>
      partiesOf({ direction, from, to }).map(({ affiliation }) => affiliation);

    expect(affiliations('Inbound', outside, { phoneNumber: '+16505550100' })).toEqual(['external', 'internal']);
    expect(affiliations('Outbound', { phoneNumber: '+16505550100' }, outside)).toEqual(['internal', 'external']);
  });

  test('who only rang took no part; to whom it was handed over did, inside or outside', () => {
    const leg = (more: object) => ({ direction: 'Inbound', action: 'Phone Call', result: 'Accepted', ...more });
    const cellular = { phoneNumber: '+447700900123' };
    const legs = [
      leg({ from: outside, to: ada }),
      leg({ from: outside, to: { extensionNumber: '109' }, result: 'Stopped' }),
      leg({ direction: 'Outbound', from: ada, to: { phoneNumber: '+447700900999' }, action: 'FindMe' }),
      leg({ direction: 'Outbound', from: ada, to: cellular, action: 'Transfer' }),
      leg({ from: outside, to: grace, action: 'Transfer' }),
    ];

    const parties = partiesOf({ from: outside, to: { phoneNumber: '+16505550100' }, legs });

    expect(parties.map(({ name, phone }) => name ?? phone)).toEqual([
      ...['LONDON', '+16505550100', 'Ada Lovelace', '+447700900123', 'Grace Hopper'],
    ]);
    expect(parties.map(({ affiliation }) => affiliation)).toEqual([
      ...['external', 'internal', 'internal', 'external', 'internal'],
    ]);
  });

  test.each([
    ['442079460018', '+442079460018'],
    ['+1 (650) 555-0100', '+16505550100'],
    ['(866)123-4567', '(866)123-4567'],
    ['anonymous', 'anonymous'],
  ])('the number %s is kept as %s', (phoneNumber, phone) => {
    expect(partiesOf({ from: { phoneNumber }, to: {} })).toMatchObject([{ phone }]);
  });
});

test('each recording is looked up by itself, and can lead nowhere else', () => {
  const { transcriptOfCall } = connector;
  const keys = [transcriptOfCall?.key(toCall(record({}))) ?? []].flat();

  expect(keys).toEqual(['10384944005', '10384945005']);
  expect(transcriptOfCall?.key(toCall(record({ recording: null, legs: [] })))).toEqual([]);
  expect(transcriptOfCall?.request('../../x?y').path).toContain('/records/..%2F..%2Fx%3Fy/insights');
});

describe('a transcript', () => {
  const insights = { recordingStartTime: '2026-03-05T08:33:26.354Z', speakerInfo: [], insights: {} };

  test('without words has no lines', () => {
    expect(toTranscript(insights)).toEqual({ lines: [] });
    expect(toTranscript([insights, insights])).toEqual({ lines: [] });
  });

  test('knows speakers by what participants are known by', () => {
    const speakerInfo = [
      { speakerId: 'p-1', name: 'Ada', extensionId: '101008', phoneNumber: '+16505550100' },
      { speakerId: 'p-2', name: null, extensionId: null, phoneNumber: '442079460018' },
    ];
    const Transcript = ['p-1', 'p-2', 'p-3'].map(speakerId => ({ speakerId, text: 'x', start: 1 }));

    const { lines } = toTranscript({ ...insights, speakerInfo, insights: { Transcript } });

    expect(lines.map(({ speakerId }) => speakerId)).toEqual(['101008', '+442079460018', 'p-3']);
  });

  test.each([
    ['no start', { insights: { Transcript: [{ text: 'x' }] } }, /start/],
    ['a start before the call', { insights: { Transcript: [{ text: 'x', start: -1 }] } }, /start/],
    ['no moment that its seconds count from', { recordingStartTime: undefined }, /recordingStartTime/],
  ])('with %s has a form that is not known', (_what, more, reason) => {
    expect(() => toTranscript({ ...insights, ...more })).toThrow(reason);
  });
});

describe('a page', () => {
  const paging = { perPage: 1_000, totalElements: 2_500 };
  const nextPage = (uri: string) => ({ paging, navigation: { nextPage: { uri } } });

  test('says where the next one is by its address, of which nothing but the number is kept', () => {
    expect(toPage(nextPage('https://elsewhere.example/x?perPage=1000&page=2&access_token=t'))).toEqual({
      ...{ next: '2', total: 2_500 },
    });
    expect(toPage({ paging: { perPage: 1_000 }, navigation: { lastPage: {} } })).toEqual({});
  });

  test.each([
    ['no navigation', { paging }],
    ['no paging', { navigation: {} }],
    ['an address without a number', nextPage('https://platform.ringcentral.com/x?page=last')],
    ['no address at all', nextPage('page 2')],
  ])('with %s is not taken for the last one', (_what, reply) => {
    expect(() => toPage(reply)).toThrow(/RingCentral: /);
  });

  test('counts where RingCentral does, and knows an empty log', () => {
    const navigation = {};
    expect(toCount({ records: [{}], paging, navigation })).toBe(2_500);
    expect(toCount({ records: [{}], paging: { perPage: 1 }, navigation })).toBeUndefined();
    expect(toCount({ records: [], paging: { perPage: 1 }, navigation })).toBe(0);
  });
});

test('an account is known by its id, and by the name of the company where somebody wrote it down', () => {
  const account = { id: '809646016' };

  expect(toAccount({ account, contact: { company: 'Acme' } })).toEqual({ id: '809646016', name: 'Acme' });
  expect(toAccount({ account })).toEqual({ id: '809646016', name: 'RingCentral account 809646016' });
  expect(() => toAccount({ id: 1 })).toThrow(/account/);
});

test.each([
  ['no words', { speakerInfo: [], insights: {} }, 'empty'],
  ['a list of none', { insights: { Transcript: [] } }, 'empty'],
  ['words', { insights: { Transcript: [{ speakerId: 'p-1', text: 'Hello', start: 0, end: 1 }] } }, 'ok'],
  [
    'words behind much else',
    { title: '大'.repeat(10_000), insights: { Transcript: [{ speakerId: 'p-1', text: 'Hello', start: 0, end: 1 }] } },
    'ok',
  ],
])('insights with %s are judged by what they hold', (_what, body, verdict) => {
  const reply = { status: 200, headers: {}, bytes: Buffer.from(JSON.stringify(body)) };

  expect(judge(connector.http, 'lookup', reply).verdict).toBe(verdict);
});
