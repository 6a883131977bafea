import { notConnected } from '#connector';

export default notConnected({
  id: 'justcall',
  name: 'JustCall',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Calls of about the last three months can be listed, 30 requests a minute on the smallest plan; how transcripts are read could not be confirmed.',
  wouldChangeIf: 'A customer needs it and lets us try it out.',
  customerBrings: ['A JustCall administrator makes an API key and its secret under Settings > Developer.'],
  docs: 'https://developer.justcall.io',
  verifiedOn: '2026-11-21',
});
