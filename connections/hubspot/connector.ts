import { notConnected } from '#connector';

export default notConnected({
  id: 'hubspot',
  name: 'HubSpot calls',
  kind: 'dialer',
  support: 'unsupported',
  caveat:
    'Not supported. HubSpot keeps calls as notes of the CRM, made by whatever phone system the company uses: there is a link to a recording and no transcript. The phone system itself is the better place to import from.',
  wouldChangeIf: 'HubSpot opens the transcripts of its own calling and conversation intelligence to programs.',
  customerBrings: ['A HubSpot super administrator approves an app that reads contacts, which calls belong to.'],
  docs: 'https://developers.hubspot.com/docs/api-reference/crm-calls-v3/guide',
  verifiedOn: '2026-11-21',
});
