import { notConnected } from '#connector';

export default notConnected({
  id: '8x8',
  name: '8x8 Work',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet. Recordings lie in a store of files, in one of several regions, and what is known of a call in a separate report; how the two are joined could not be confirmed.',
  wouldChangeIf: 'A customer lets us try it out.',
  customerBrings: [
    'An 8x8 administrator makes an app for the Cloud Storage Service in the Admin Console, and hands over its key and secret.',
  ],
  docs: 'https://developer.8x8.com',
  verifiedOn: '2026-11-21',
});
