import { notConnected } from '#connector';

export default notConnected({
  id: 'google-meet',
  name: 'Google Meet',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. As far as we know Google Meet forgets conference records about 30 days after the meeting, so there is little history to bring home.',
  wouldChangeIf: 'A customer needs it, and is content with what a steady sync catches before it is forgotten.',
  customerBrings: [
    'A Google Workspace administrator allows the app to read meeting spaces, and Drive for the recordings.',
  ],
  docs: 'https://developers.google.com/workspace/meet/api',
  verifiedOn: '2026-11-21',
});
