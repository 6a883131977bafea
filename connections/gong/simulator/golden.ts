import type { SimulatorDefinition } from '#connector';

/** Written by hand from the vendor's specification; the mapper had no part in it. */
export const golden: SimulatorDefinition['golden'] = {
  item: {
    metaData: {
      id: '17782342274025937895',
      url: 'https://app.gong.io/call?id=17782342274025937895',
      title: 'Demo: Initech & Ada',
      scheduled: '2026-02-17T02:30:00-08:00',
      started: '2026-02-17T02:31:07-08:00',
      duration: 460,
      primaryUserId: '234599484848423',
      direction: 'Conference',
      system: 'Zoom',
      scope: 'External',
      media: 'Video',
      language: 'eng',
      workspaceId: '623457276584334',
      purpose: 'Demo Call',
      meetingUrl: 'https://zoom.us/j/123',
      isPrivate: false,
    },
    parties: [
      {
        id: '56825452554556',
        emailAddress: 'peter@initech.example',
        name: 'Peter Gibbons',
        title: 'Engineer',
        speakerId: '6432345678555530067',
        affiliation: 'External',
        phoneNumber: '+44 20 7183 8750',
        methods: ['Invitee', 'Attendee'],
      },
      {
        id: '56825452554557',
        emailAddress: 'ada@sandbox.example',
        name: 'Ada Lovelace',
        title: 'Account Executive',
        userId: '234599484848423',
        speakerId: '6432345678555530068',
        affiliation: 'Internal',
        methods: ['Attendee'],
      },
      { id: '56825452554558', name: 'Conference Room 4', affiliation: 'Unknown', methods: ['Attendee'] },
    ],
  },
  call: {
    externalId: '17782342274025937895',
    medium: 'meeting',
    startedAt: '2026-02-17T02:31:07-08:00',
    durationSeconds: 460,
    title: 'Demo: Initech & Ada',
    link: 'https://app.gong.io/call?id=17782342274025937895',
    language: 'en',
    participants: [
      {
        name: 'Peter Gibbons',
        email: 'peter@initech.example',
        phone: '+442071838750',
        role: 'guest',
        affiliation: 'external',
        speakerId: '6432345678555530067',
      },
      {
        name: 'Ada Lovelace',
        email: 'ada@sandbox.example',
        role: 'host',
        affiliation: 'internal',
        speakerId: '6432345678555530068',
      },
      { name: 'Conference Room 4', role: 'guest' },
    ],
    recordings: [{ ref: '17782342274025937895', kind: 'video' }],
  },
  transcriptDocument: {
    callId: '17782342274025937895',
    transcript: [
      {
        speakerId: '6432345678555530068',
        topic: 'Small Talk',
        sentences: [
          { start: 1230, end: 2875, text: 'Hello Peter.' },
          { start: 3000, end: 4500, text: 'What would you say you do here?' },
        ],
      },
      {
        speakerId: '6432345678555530067',
        sentences: [{ start: 460230, end: 462343, text: 'No wait, I think we should check that out first.' }],
      },
    ],
  },
  transcript: {
    lines: [
      {
        speakerId: '6432345678555530068',
        startSeconds: 1.23,
        endSeconds: 4.5,
        text: 'Hello Peter. What would you say you do here?',
      },
      {
        speakerId: '6432345678555530067',
        startSeconds: 460.23,
        endSeconds: 462.343,
        text: 'No wait, I think we should check that out first.',
      },
    ],
  },
};
