import { notConnected } from '#connector';

export default notConnected({
  id: 'kixie',
  name: 'Kixie',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported. Kixie has no way to list past calls: it only reports new ones as they end, and does not sign those reports.',
  wouldChangeIf:
    'Kixie publishes a listing of past calls, or the hub learns to take in new calls as they are reported.',
  customerBrings: ['A paid Kixie account whose API key Kixie support has switched on, and the business id.'],
  docs: 'https://developer.kixie.com',
  verifiedOn: '2026-11-21',
});
