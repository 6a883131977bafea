import { notConnected } from '#connector';

export default notConnected({
  id: 'quo',
  name: 'Quo (formerly OpenPhone)',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Calls can only be listed for one number and one other person at a time, so a history costs a request for every conversation, at 10 a second.',
  wouldChangeIf: 'The hub learns listings that walk through numbers and conversations, and a customer needs it.',
  customerBrings: [
    'An owner or administrator of the Quo workspace makes an API key under Settings > API.',
    'Transcripts need the Business plan.',
  ],
  docs: 'https://www.quo.com/docs',
  verifiedOn: '2026-11-21',
});
