import { notConnected } from '#connector';

export default notConnected({
  id: 'ringcentral',
  name: 'RingCentral',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet. The call log and the recordings can be read, but only with an OAuth sign-in, which this version cannot do. Transcripts exist only with the AI Conversation Expert licence.',
  wouldChangeIf:
    'The hub learns OAuth sign-in and pools of limits that restart their penalty at every request sent inside it.',
  customerBrings: [
    'A RingCentral administrator approves an app with the permissions ReadCallLog, ReadCallRecording and ReadAccounts.',
    'The person who signs in has the user right FullCompanyCallLog; without it only their own calls are seen.',
  ],
  docs: 'https://developers.ringcentral.com/api-reference',
  verifiedOn: '2026-11-21',
});
