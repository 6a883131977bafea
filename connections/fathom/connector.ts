import { notConnected } from '#connector';

export default notConnected({
  id: 'fathom',
  name: 'Fathom',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    "Not supported yet. An API key sees only its owner's meetings and those shared with them, so a company needs many keys or an app that Fathom has reviewed. Pages may shift while they are read.",
  wouldChangeIf:
    'The hub learns to join several keys into one account, and to page through a list that shifts underneath it.',
  customerBrings: ['Every member whose meetings count makes an API key, or shares their meetings with one who does.'],
  docs: 'https://developers.fathom.ai',
  verifiedOn: '2026-11-21',
});
