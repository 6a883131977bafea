import { notConnected } from '#connector';

export default notConnected({
  id: 'tldv',
  name: 'tl;dv',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Meetings can be listed and counted, 10,000 in one listing at most; transcripts are read one at a time. Its limits are not published.',
  wouldChangeIf: 'A customer needs it, and tl;dv says how many requests it allows.',
  customerBrings: [
    "Somebody with a plan that includes the API makes a key under Settings > API Keys. Which meetings it shows depends on their organizer's plan.",
  ],
  docs: 'https://doc.tldv.io',
  verifiedOn: '2026-11-21',
});
