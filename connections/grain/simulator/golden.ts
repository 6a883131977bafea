import type { SimulatorDefinition } from '#connector';

/** Written by hand from transcriptions of the vendor's pages; the mapper had no part in it. */
export const golden: SimulatorDefinition['golden'] = {
  item: {
    id: 'b5a2c1de-8f3b-4d0e-9b39-3d4f0a1c2e5f',
    title: 'Acme <> Globex: kick-off',
    url: 'https://grain.com/share/recording/b5a2c1de-8f3b-4d0e-9b39-3d4f0a1c2e5f',
    thumbnail_url: 'https://media.grain.com/thumb.jpg',
    source: 'zoom',
    media_type: 'video',
    start_datetime: '2026-02-17T23:59:30Z',
    end_datetime: '2026-02-18T00:29:30Z',
    duration_ms: 1_800_400,
    tags: ['kick-off'],
    teams: [{ id: 't-1', name: 'Sales' }],
    meeting_type: null,
    participants: [
      { id: 'p-1', name: 'Ada Lovelace', email: 'ada@acme.example', scope: 'internal' },
      { id: 'p-2', name: 'Grace Hopper', email: null, scope: 'external' },
      { id: 'p-3', name: 'Room 4', email: null, scope: 'unknown' },
    ],
  },
  call: {
    externalId: 'b5a2c1de-8f3b-4d0e-9b39-3d4f0a1c2e5f',
    medium: 'meeting',
    startedAt: '2026-02-17T23:59:30Z',
    durationSeconds: 1800,
    durationMs: 1_800_400,
    title: 'Acme <> Globex: kick-off',
    link: 'https://grain.com/share/recording/b5a2c1de-8f3b-4d0e-9b39-3d4f0a1c2e5f',
    participants: [
      { name: 'Ada Lovelace', email: 'ada@acme.example', affiliation: 'internal', speakerId: 'p-1' },
      { name: 'Grace Hopper', affiliation: 'external', speakerId: 'p-2' },
      { name: 'Room 4', speakerId: 'p-3' },
    ],
    recordings: [{ ref: 'b5a2c1de-8f3b-4d0e-9b39-3d4f0a1c2e5f', kind: 'video' }],
  },
  transcriptDocument: [
    { participant_id: 'p-1', speaker: 'Ada Lovelace', text: 'Can everybody hear me?', start: 1230, end: 2875 },
    { participant_id: null, speaker: 'Caller 1', text: ' Yes. ', start: 60_000, end: 60_500 },
  ],
  transcript: {
    lines: [
      {
        speakerId: 'p-1',
        speakerName: 'Ada Lovelace',
        startSeconds: 1.23,
        endSeconds: 2.875,
        text: 'Can everybody hear me?',
      },
      { speakerName: 'Caller 1', startSeconds: 60, endSeconds: 60.5, text: 'Yes.' },
    ],
  },
};
