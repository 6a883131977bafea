import { notConnected } from '#connector';

export default notConnected({
  id: 'avoma',
  name: 'Avoma',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Meetings can be listed and counted, and transcripts read, 60 requests a minute; recordings have to be asked for and waited for.',
  wouldChangeIf: 'A customer needs it; the names of some fields would have to be confirmed with their account.',
  customerBrings: ['An Avoma administrator makes an API key.'],
  docs: 'https://dev.avoma.com',
  verifiedOn: '2026-11-21',
});
