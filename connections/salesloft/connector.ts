import { notConnected } from '#connector';

export default notConnected({
  id: 'salesloft',
  name: 'Salesloft',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported yet: no connector has been written. Calls can be listed by the time they changed, but neither their fields nor how conversations and transcripts are read could be confirmed.',
  wouldChangeIf: 'Salesloft publishes how transcripts are read, or a customer lets us try it out.',
  customerBrings: [
    'A Salesloft administrator approves an app, or somebody who sees the calls of the team makes an API key.',
  ],
  docs: 'https://developers.salesloft.com',
  verifiedOn: '2026-11-21',
});
