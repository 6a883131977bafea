import { notConnected } from '#connector';

export default notConnected({
  id: 'dialpad',
  name: 'Dialpad',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Finished calls can be listed and their transcripts read one at a time, 1,200 requests a minute each.',
  wouldChangeIf: 'A customer needs it; nothing in what Dialpad publishes stands against it.',
  customerBrings: ['A Dialpad company administrator makes an API key with the scope for exporting recordings.'],
  docs: 'https://developers.dialpad.com/reference',
  verifiedOn: '2026-11-21',
});
