import { notConnected } from '#connector';

export default notConnected({
  id: 'outreach',
  name: 'Outreach',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Calls can be listed by the time they changed; transcripts exist for calls and meetings of Kaia only.',
  wouldChangeIf: 'A customer needs it. Tokens may be renewed once a minute only, which the hub would have to heed.',
  customerBrings: ['An Outreach administrator approves an app that reads calls, Kaia recordings and users.'],
  docs: 'https://developers.outreach.io',
  verifiedOn: '2026-11-21',
});
