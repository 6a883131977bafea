import type { SimulatorDefinition } from '#connector';

const party = { extensionId: '62264425008', extensionNumber: '101', name: 'Ada Lovelace' };
const caller = { phoneNumber: '+442079460018', name: 'GLOBEX LTD', location: 'London, England' };
const recording = (id: string) => ({
  uri: `https://platform.ringcentral.com/restapi/v1.0/account/809646016/recording/${id}`,
  id,
  type: 'Automatic',
  contentUri: `https://media.ringcentral.com/restapi/v1.0/account/809646016/recording/${id}/content`,
});

/**
 * Written by hand from the vendor's specification and guides; the mapper had no part in it. A customer calls, a queue
 * rings twice, somebody answers and hands over to a colleague; both parts are recorded.
 */
export const golden: SimulatorDefinition['golden'] = {
  item: {
    uri: 'https://platform.ringcentral.com/restapi/v1.0/account/809646016/call-log/ASWtT5RgwjxLDUA?view=Detailed',
    id: 'ASWtT5RgwjxLDUA',
    sessionId: '13868504005',
    startTime: '2026-03-05T08:33:26.354Z',
    duration: 77,
    durationMs: 77_412,
    type: 'Voice',
    internalType: 'LocalNumber',
    direction: 'Inbound',
    action: 'Phone Call',
    result: 'Accepted',
    to: { phoneNumber: '+16505550100' },
    from: caller,
    recording: recording('10384944005'),
    telephonySessionId: 's-4b40e59cf8f74a81a2bc9cb52f3badc8',
    partyId: 'p-4b40e59cf8f74a81a2bc9cb52f3badc8-1',
    transport: 'PSTN',
    lastModifiedTime: '2026-03-05T08:35:00.005Z',
    legs: [
      {
        ...{ startTime: '2026-03-05T08:33:26.354Z', duration: 40, type: 'Voice', direction: 'Inbound' },
        ...{ action: 'Phone Call', result: 'Accepted', legType: 'Accept', master: true, transport: 'PSTN' },
        ...{ from: caller, to: { phoneNumber: '+16505550100', ...party } },
        recording: recording('10384944005'),
      },
      {
        ...{ startTime: '2026-03-05T08:33:27.000Z', duration: 3, type: 'Voice', direction: 'Inbound' },
        ...{ action: 'VoIP Call', result: 'Stopped', legType: 'Hunting' },
        ...{ from: caller, to: { extensionId: '62264499008', extensionNumber: '109', name: 'Only Rang' } },
      },
      {
        ...{ startTime: '2026-03-05T08:34:06.354Z', duration: 37, type: 'Voice', direction: 'Inbound' },
        ...{ action: 'Transfer', result: 'Accepted', legType: 'TransferCall', transport: 'VoIP' },
        ...{ from: {}, to: { extensionId: '62264426008', extensionNumber: '102', name: 'Grace Hopper' } },
        recording: recording('10384945005'),
      },
    ],
  },
  call: {
    externalId: 'ASWtT5RgwjxLDUA',
    medium: 'phone',
    startedAt: '2026-03-05T08:33:26.354Z',
    durationSeconds: 77,
    durationMs: 77_412,
    direction: 'inbound',
    participants: [
      { name: 'GLOBEX LTD', phone: '+442079460018', affiliation: 'external', speakerId: '+442079460018' },
      { name: 'Ada Lovelace', phone: '+16505550100', affiliation: 'internal', speakerId: '62264425008' },
      { name: 'Grace Hopper', affiliation: 'internal', speakerId: '62264426008' },
    ],
    recordings: [
      { ref: '10384944005', kind: 'audio' },
      { ref: '10384945005', kind: 'audio' },
    ],
  },
  transcriptDocument: [
    {
      ...{ title: 'Call from Globex', domain: 'pbx', sourceRecordId: '10384945005', ownerExtensionId: '62264426008' },
      ...{ sourceSessionId: 's-4b40e59cf8f74a81a2bc9cb52f3badc8', recordingDurationMs: 37_000 },
      ...{ recordingStartTime: '2026-03-05T08:34:06.354Z', creationTime: '2026-03-05T09:00:00.000Z' },
      lastModifiedTime: '2026-03-05T09:00:00.000Z',
      speakerInfo: [
        { speakerId: 'p-3', name: 'Grace Hopper', accountId: '809646016', extensionId: '62264426008' },
        { speakerId: 'p-1', name: null, accountId: null, extensionId: null, phoneNumber: '442079460018' },
      ],
      insights: { Transcript: [{ speakerId: 'p-3', text: ' Accounts, hello. ', start: 0.5, end: 1.75 }] },
    },
    {
      ...{ title: 'Call from Globex', domain: 'pbx', sourceRecordId: '10384944005', ownerExtensionId: '62264425008' },
      ...{ sourceSessionId: 's-4b40e59cf8f74a81a2bc9cb52f3badc8', recordingDurationMs: 40_000 },
      ...{ recordingStartTime: '2026-03-05T08:33:26.354Z', creationTime: '2026-03-05T09:00:00.000Z' },
      lastModifiedTime: '2026-03-05T09:00:00.000Z',
      speakerInfo: [{ speakerId: 'p-1', name: 'Globex', phoneNumber: '+442079460018' }],
      insights: {
        Transcript: [
          { speakerId: 'p-1', text: 'I have a question about a bill.', start: 1.2, end: 4.25 },
          { speakerId: 'p-9', text: 'One moment.', start: 4.5, end: 5 },
        ],
      },
    },
  ],
  transcript: {
    lines: [
      {
        speakerId: '+442079460018',
        speakerName: 'Globex',
        startSeconds: 1.2,
        endSeconds: 4.25,
        text: 'I have a question about a bill.',
      },
      { speakerId: 'p-9', startSeconds: 4.5, endSeconds: 5, text: 'One moment.' },
      {
        speakerId: '62264426008',
        speakerName: 'Grace Hopper',
        startSeconds: 40.5,
        endSeconds: 41.75,
        text: 'Accounts, hello.',
      },
    ],
  },
};
