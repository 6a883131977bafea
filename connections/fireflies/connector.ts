import { notConnected } from '#connector';

export default notConnected({
  id: 'fireflies',
  name: 'Fireflies',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Transcripts come with the listing, 50 at a time, but without a count; small plans allow 50 or 500 requests a day.',
  wouldChangeIf:
    'The hub learns to read the waits that Fireflies writes into its replies, and a customer on its Business plan needs it.',
  customerBrings: [
    'Somebody whose role in Fireflies sees the meetings of the team copies an API key under Settings > Developer Settings.',
    'The Business plan; recordings need Pro or higher.',
  ],
  docs: 'https://docs.fireflies.ai',
  verifiedOn: '2026-11-21',
});
