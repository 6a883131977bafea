import type { Asked, Behaviour } from '../platform.js';
import { always, changed, complete, type End, failed, givenUp, row, transcriptsAside } from '../row.js';

const word = 'words and words.';
const line = { speakerId: '1', sentences: [{ start: 0, text: 'a' }] };
const each = (transcript: (callId: string) => object): Behaviour =>
  changed('transcripts', (good, { body }: Asked) => ({
    ...good,
    callTranscripts: (body.filter?.callIds ?? []).map(transcript),
  }));
const megabytes = (count: number) => [{ ...line, sentences: [{ start: 0, text: word.repeat(count * 65_536) }] }];

/** The same nameless record three times, which is one. */
const nameless: End = { ...transcriptsAside('PLATFORM_CHANGED', 1), transcripts: 0 };

/** Transcripts beyond measure, or of something else. */
export const transcripts = [
  row(
    'transcripts of five megabytes',
    each(callId => ({ callId, transcript: megabytes(5) })),
    complete(),
  ),
  row(
    'transcripts of thirty megabytes',
    each(callId => ({ callId, transcript: megabytes(30) })),
    transcriptsAside('PLATFORM_CHANGED'),
    20,
  ),
  row(
    'a transcript of a million lines',
    each(callId => ({
      callId,
      transcript: callId.endsWith('-0') ? Array.from({ length: 1_000_000 }, () => line) : [],
    })),
    transcriptsAside('PLATFORM_CHANGED', 1),
    20,
  ),
  row(
    'transcripts of calls that nobody asked for',
    changed('transcripts', good => ({
      ...good,
      callTranscripts: [...good.callTranscripts, { callId: 'other', transcript: [] }],
    })),
    complete(),
  ),
  row(
    'nothing but transcripts that nobody asked for',
    each(callId => ({ callId: `not-${callId}`, transcript: [] })),
    complete(3, 0),
  ),
  row(
    'a hundred transcripts of one call',
    changed('transcripts', good => ({
      ...good,
      callTranscripts: Array.from({ length: 100 }, () => good.callTranscripts[0]),
    })),
    complete(3, 1),
  ),
  row(
    'a million transcripts',
    changed(
      'transcripts',
      good => `{"records":{},"callTranscripts":[${'{},'.repeat(1_000_000)}${JSON.stringify(good.callTranscripts[0])}]}`,
    ),
    failed,
  ),
  row(
    'transcripts without an id',
    each(() => ({ transcript: [] })),
    nameless,
  ),
  row(
    'a number for the id of a transcript',
    changed('transcripts', good => ({
      ...good,
      callTranscripts: [{ ...good.callTranscripts[0], callId: 7 }, ...good.callTranscripts.slice(1)],
    })),
    transcriptsAside('PLATFORM_CHANGED', 1),
  ),
  row('null for transcripts', always('transcripts', { body: { records: {}, callTranscripts: null } }), complete(3, 0)),
  row('an object for transcripts', always('transcripts', { body: { records: {}, callTranscripts: {} } }), failed),
  row(
    'transcripts in another form',
    each(callId => ({ callId, transcript: 'all of it' })),
    complete(),
  ),
  row('HTML for transcripts', always('transcripts', { body: '<html>' }), givenUp),
  row(
    'transcripts that are forbidden',
    always('transcripts', { status: 403 }),
    transcriptsAside('PERMISSION_MISSING'),
    20,
  ),
  row('transcripts that do not exist', always('transcripts', { status: 404 }), transcriptsAside('NOT_FOUND'), 20),
];
