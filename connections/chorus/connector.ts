import { notConnected } from '#connector';

export default notConnected({
  id: 'chorus',
  name: 'Chorus by ZoomInfo',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet. Calls can be listed, but accounts of how to get a transcript contradict each other, limits are not published, and private calls are never returned.',
  wouldChangeIf:
    'ZoomInfo publishes how transcripts are read and how many requests are allowed, or a customer lets us try it out.',
  customerBrings: ['A Chorus administrator makes an API token.'],
  docs: 'https://docs.chorus.ai/',
  verifiedOn: '2026-11-21',
});
