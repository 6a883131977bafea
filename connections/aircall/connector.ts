import { notConnected } from '#connector';

export default notConnected({
  id: 'aircall',
  name: 'Aircall',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Calls of about the last six months can be listed, 10,000 in one listing at most and 120 requests a minute; transcripts need an add-on of Aircall.',
  wouldChangeIf: 'A customer needs it and lets us try the transcripts out, whose form Aircall does not publish.',
  customerBrings: [
    'An Aircall administrator makes an API key under Integrations & API > API Keys, and hands over the API ID and the API token.',
  ],
  docs: 'https://developer.aircall.io/api-references/',
  verifiedOn: '2026-11-21',
});
