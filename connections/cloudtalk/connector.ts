import { notConnected } from '#connector';

export default notConnected({
  id: 'cloudtalk',
  name: 'CloudTalk',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Calls can be listed and counted, 60 requests a minute; transcripts come from another address, one at a time.',
  wouldChangeIf: 'A customer needs it; nothing in what CloudTalk publishes stands against it.',
  customerBrings: [
    'A CloudTalk administrator makes an API key under Account > Settings > API Keys, and hands over its id and secret.',
  ],
  docs: 'https://developers.cloudtalk.io',
  verifiedOn: '2026-11-21',
});
