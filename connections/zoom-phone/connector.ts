import { notConnected } from '#connector';

export default notConnected({
  id: 'zoom-phone',
  name: 'Zoom Phone',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet. Zoom Phone wants OAuth, which this version cannot do. Its call history reaches back six months, one month at a time, and transcripts come one request per recording.',
  wouldChangeIf: 'The hub learns OAuth sign-in and reads a transcript through a redirect to a file.',
  customerBrings: [
    'A Zoom administrator installs an app with the phone scopes for call history, recordings and transcripts.',
    'Automatic or on-demand call recording is switched on; transcripts need an administrator to allow them.',
  ],
  docs: 'https://developers.zoom.us/docs/api/phone/',
  verifiedOn: '2026-11-21',
});
