import { notConnected } from '#connector';

export default notConnected({
  id: 'grain',
  name: 'Grain',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet. Grain publishes no machine-readable description of its interface, its date filter works by whole days, and transcripts come one request per recording.',
  wouldChangeIf:
    'The hub learns to filter a listing by itself, and the behaviour of the date filter is confirmed on a live account.',
  customerBrings: [
    'A Grain workspace administrator makes a workspace access token; a personal one sees only what its owner sees.',
  ],
  docs: 'https://developers.grain.com',
  verifiedOn: '2026-11-21',
});
