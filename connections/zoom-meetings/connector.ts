import { notConnected } from '#connector';

export default notConnected({
  id: 'zoom-meetings',
  name: 'Zoom Meetings',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Cloud recordings can be read, one user after the other and one month at a time; transcripts are caption files beside the recordings.',
  wouldChangeIf: 'The hub learns listings that walk through the users of an account, and a customer needs it.',
  customerBrings: [
    'A Zoom administrator installs an app with the scopes for cloud recordings and users.',
    'Cloud recording and its audio transcript are switched on under Settings > Recording; what was recorded on computers is not in the cloud.',
  ],
  docs: 'https://developers.zoom.us/docs/api/meetings/',
  verifiedOn: '2026-11-21',
});
