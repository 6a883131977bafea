/**
 * Golden calls, written by hand from Gong's published v2 description; nothing here comes out of the simulator.
 */
import { describe, expect, test } from 'vitest';
import { toAccount, toCall, toPage, toTranscript } from '../../connections/gong/map.js';

const webConference = {
  metaData: {
    id: '7782342274025937895',
    url: 'https://app.gong.io/call?id=7782342274025937895',
    title: 'Example call',
    scheduled: '2018-02-17T02:30:00-08:00',
    started: '2018-02-17T02:31:07.482-08:00',
    duration: 460,
    primaryUserId: '234599484848423',
    direction: 'Conference',
    system: 'Zoom',
    scope: 'External',
    media: 'Video',
    language: 'eng',
    workspaceId: '623457276584334',
    sdrDisposition: null,
    clientUniqueId: null,
    customData: null,
    purpose: 'Demo Call',
    meetingUrl: 'https://zoom.us/j/123',
    isPrivate: false,
    calendarEventId: 'abcde@google.com',
  },
  parties: [
    {
      id: '56825452554556',
      emailAddress: 'host@acme.test',
      name: 'Ada Host',
      title: 'Enterprise Account Executive',
      userId: '234599484848423',
      speakerId: '6432345678555530067',
      context: [],
      affiliation: 'Internal',
      phoneNumber: '+1 123-567-8989',
      methods: ['Invitee', 'Attendee'],
    },
    { id: '2', name: 'Silent Sam', emailAddress: 'sam@buyer.test', affiliation: 'External', methods: ['Invitee'] },
    { id: '3', name: null, emailAddress: '', speakerId: null, affiliation: 'Unknown', methods: [] },
  ],
};

test('maps a web conference, with the host, a silent guest and somebody unknown', () => {
  expect(toCall(webConference)).toEqual({
    externalId: '7782342274025937895',
    medium: 'meeting',
    startedAt: '2018-02-17T02:31:07.482-08:00',
    durationSeconds: 460,
    title: 'Example call',
    direction: undefined,
    link: 'https://app.gong.io/call?id=7782342274025937895',
    language: 'en',
    participants: [
      {
        name: 'Ada Host',
        email: 'host@acme.test',
        phone: '+11235678989',
        role: 'host',
        affiliation: 'internal',
        speakerId: '6432345678555530067',
      },
      { name: 'Silent Sam', email: 'sam@buyer.test', role: 'guest', affiliation: 'external' },
      { role: 'guest' },
    ],
    recordings: [{ ref: '7782342274025937895', kind: 'video' }],
  });
});

test('maps a dialled call whose id has more digits than a number holds', () => {
  const call = toCall({
    metaData: {
      id: '18446744073709551557',
      url: 'https://app.gong.io/call?id=18446744073709551557',
      title: 'Call with Bob',
      started: '2026-03-01T09:00:00+05:30',
      duration: 31,
      primaryUserId: '900719925474099312',
      direction: 'Outbound',
      system: 'Outreach',
      scope: 'External',
      media: 'Audio',
      language: 'ger',
    },
    parties: [
      { id: '1', userId: '900719925474099312', name: 'Rep', affiliation: 'Internal', speakerId: '11' },
      { id: '2', name: 'Bob', phoneNumber: '+4930123456', affiliation: 'External', speakerId: '12' },
    ],
  });

  expect(call).toEqual({
    externalId: '18446744073709551557',
    medium: 'phone',
    startedAt: '2026-03-01T09:00:00+05:30',
    durationSeconds: 31,
    title: 'Call with Bob',
    direction: 'outbound',
    link: 'https://app.gong.io/call?id=18446744073709551557',
    language: 'de',
    participants: [
      { name: 'Rep', role: 'host', affiliation: 'internal', speakerId: '11' },
      { name: 'Bob', phone: '+4930123456', role: 'guest', affiliation: 'external', speakerId: '12' },
    ],
    recordings: [{ ref: '18446744073709551557', kind: 'audio' }],
  });
});

test('maps a call of which only id and start are known', () => {
  const call = toCall({ metaData: { id: '1', started: '2026-03-01T09:00:00Z' } });

  expect(call).toEqual({
    externalId: '1',
    medium: 'phone',
    startedAt: '2026-03-01T09:00:00Z',
    participants: [],
    recordings: [],
  });
});

const withFacts = (facts: Record<string, unknown>) =>
  toCall({ metaData: { id: '1', started: '2026-03-01T09:00:00Z', ...facts }, parties: [] });

describe('tells what a call is by what was said about it', () => {
  test.each([
    [{ direction: 'Inbound' }, 'phone', 'inbound'],
    [{ direction: 'Inbound', scope: 'Internal' }, 'phone', 'inbound'],
    [{ direction: 'Conference', scope: 'Internal' }, 'meeting', 'internal'],
    [{ direction: 'Conference', scope: 'Unknown' }, 'meeting', undefined],
    [{ direction: 'Unknown', meetingUrl: 'https://zoom.us/j/1' }, 'meeting', undefined],
    [{ direction: 'Unknown', media: 'Video' }, 'meeting', undefined],
    [{ direction: 'Unknown', media: 'Audio', system: 'Zoom' }, 'phone', undefined],
    [{ direction: 'Sideways', scope: 'Galactic', media: 'Hologram' }, 'phone', undefined],
    [{ direction: 'constructor' }, 'phone', undefined],
  ])('%j', (facts, medium, direction) => {
    expect(withFacts(facts)).toMatchObject({ medium });
    expect(withFacts(facts).direction).toBe(direction);
  });
});

describe('names languages as browsers do', () => {
  test.each([
    ['eng', 'en'],
    ['fre', 'fr'],
    ['fra', 'fr'],
    ['ger', 'de'],
    ['spa', 'es'],
    ['ita', 'it'],
    ['heb', 'he'],
    ['chi', 'zh'],
    ['dut', 'nl'],
    ['cze', 'cs'],
    ['per', 'fa'],
    ['fil', 'fil'],
    ['und', undefined],
    ['zxx', undefined],
    ['qqq', undefined],
    ['klingon', undefined],
    ['e', undefined],
  ])('%s', (written, tag) => {
    expect(withFacts({ language: written }).language).toBe(tag);
  });
});

test('links to nothing but a web address', () => {
  expect(withFacts({ url: 'javascript:alert(1)' }).link).toBeUndefined();
  expect(withFacts({ url: 'http://app.gong.io/call?id=1' }).link).toBeUndefined();
});

test('maps a private call like any other', () => {
  expect(withFacts({ isPrivate: true, title: 'One to one' }).title).toBe('One to one');
});

test('calls nobody a guest while the host is unknown', () => {
  const call = toCall({
    metaData: { id: '1', started: '2026-03-01T09:00:00Z' },
    parties: [{ name: 'Somebody' }, { name: 'Somebody else', userId: '7' }],
  });

  expect(call.participants.map(({ role }) => role)).toEqual([undefined, undefined]);
});

describe('refuses what cannot be a call, and says which field', () => {
  const metaData = { id: '1', started: '2026-03-01T09:00:00Z' };
  test.each([
    ['nothing', null, 'the call is missing'],
    ['a list', [], 'the call is a list'],
    ['no metaData', {}, 'metaData is missing'],
    ['no id', { metaData: { ...metaData, id: undefined } }, '`id` is missing'],
    [
      'an id that went through a number',
      { metaData: { ...metaData, id: 7782342274025938000 } },
      '`id` is a value of type number',
    ],
    ['no start', { metaData: { id: '1' } }, '`started` is missing'],
    [
      'a start without offset',
      { metaData: { ...metaData, started: '2026-03-01T09:00:00' } },
      '`started` is not a time',
    ],
    [
      'a start that never was',
      { metaData: { ...metaData, started: '2026-13-01T09:00:00Z' } },
      '`started` is not a time',
    ],
    ['a duration in words', { metaData: { ...metaData, duration: '31' } }, '`duration` is a value of type string'],
    ['a negative duration', { metaData: { ...metaData, duration: -1 } }, '`duration` is negative'],
    ['a title that is an object', { metaData: { ...metaData, title: {} } }, '`title` is a value of type object'],
    ['parties that are no list', { metaData, parties: {} }, '`parties` is a value of type object'],
    ['a party that is text', { metaData, parties: ['Bob'] }, 'an entry of parties is a value of type string'],
    [
      'an address that is a number',
      { metaData, parties: [{ emailAddress: 5 }] },
      '`emailAddress` is a value of type number',
    ],
  ])('%s', (_, item, message) => {
    expect(() => toCall(item)).toThrow(message);
  });
});

test('quotes no value in an error, since errors are kept and logged', () => {
  const broken = { metaData: { id: '1', started: 'secret words' }, parties: [] };

  expect(() => toCall(broken)).toThrow(/^(?!.*secret words)/);
});

test('makes one line of a monologue, in seconds, from its first sentence to its last', () => {
  const transcript = toTranscript({
    callId: '7782342274025937895',
    transcript: [
      {
        speakerId: '6432345678555530067',
        topic: 'Objections',
        sentences: [
          { start: 460230, end: 462343, text: 'No wait, I think we should check that out first.' },
          { start: 462343, end: 463001, text: ' Agreed? ' },
        ],
      },
      { speakerId: '12', topic: null, sentences: [] },
      { speakerId: null, sentences: [{ start: 0, text: 'Hm.' }] },
    ],
  });

  expect(transcript).toEqual({
    lines: [
      {
        speakerId: '6432345678555530067',
        startSeconds: 460.23,
        endSeconds: 463.001,
        text: 'No wait, I think we should check that out first. Agreed?',
      },
      { startSeconds: 0, text: 'Hm.' },
    ],
  });
});

test('reads a transcript in which nobody spoke', () => {
  expect(toTranscript({ callId: '1', transcript: [] })).toEqual({ lines: [] });
  expect(toTranscript({ callId: '1' })).toEqual({ lines: [] });
});

test.each([
  ['a document that is text', 'hello', 'the transcript is a value of type string'],
  ['a sentence without a start', { transcript: [{ sentences: [{ text: 'Hi' }] }] }, '`start` is missing'],
  ['a start in words', { transcript: [{ sentences: [{ start: '0' }] }] }, '`start` is a value of type string'],
])('refuses %s', (_, document, message) => {
  expect(() => toTranscript(document)).toThrow(message);
});

test('reads the next cursor and the total of a page', () => {
  const records = { totalRecords: 263, currentPageSize: 100, currentPageNumber: 0, cursor: 'eyJh' };

  expect(toPage({ requestId: '4al0', records })).toEqual({ next: 'eyJh', total: 263 });
  expect(toPage({ records: { ...records, cursor: undefined } })).toEqual({ next: undefined, total: 263 });
});

test('never takes a reply without records for a last page', () => {
  expect(() => toPage({ requestId: '4al0' })).toThrow('records is missing');
});

describe('names the account', () => {
  const workspaces = {
    workspaces: [
      { id: '10000000000000000001', name: 'Newest' },
      { id: '623457276584334', name: 'Sales' },
      { id: '9223372036854775807', name: 'Support' },
      { id: '10000000000000000002', name: 'Newer than newest' },
    ],
  };

  test('by the lowest workspace id, and the commonest domain of its users', () => {
    const users = [
      { emailAddress: 'a@agency.test' },
      { emailAddress: 'B@Acme.test' },
      { emailAddress: 'c@acme.test' },
      {},
    ];

    expect(toAccount(workspaces, { users })).toMatchObject({ id: '623457276584334', name: 'acme.test' });
  });

  test('by its further workspaces as well, for a connection that was made when another one was the lowest', () => {
    const others = workspaces.workspaces.map(({ id }) => id).filter(id => id !== '623457276584334');

    expect(toAccount(workspaces, undefined).otherIds?.toSorted()).toEqual(others.toSorted());
  });

  test('the same way in whatever order the workspaces and users come', () => {
    const users = [{ emailAddress: 'a@b.test' }, { emailAddress: 'a@a.test' }];
    const turned = { workspaces: workspaces.workspaces.toReversed() };

    expect(toAccount(turned, { users: users.toReversed() })).toEqual(toAccount(workspaces, { users }));
  });

  test('tells ids apart that would be one number', () => {
    const two = workspaces.workspaces.filter(({ id }) => id.startsWith('1000')).toReversed();

    expect(Number(two[0]?.id)).toBe(Number(two[1]?.id));
    expect(toAccount({ workspaces: two }, undefined).id).toBe('10000000000000000001');
  });

  test('by its workspace when users may not be read', () => {
    expect(toAccount(workspaces, undefined)).toMatchObject({ id: '623457276584334', name: 'Sales' });
  });

  test('refuses to name one without a workspace', () => {
    expect(() => toAccount({ workspaces: [] }, undefined)).toThrow('no workspace');
  });
});
