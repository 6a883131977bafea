import { notConnected } from '#connector';

export default notConnected({
  id: 'microsoft-teams',
  name: 'Microsoft Teams',
  kind: 'recorder',
  support: 'unsupported',
  caveat:
    'Not supported yet. Transcripts and recordings are listed for one meeting organizer at a time, so a company has to be read person by person.',
  wouldChangeIf: 'The hub learns listings that walk through people, and a customer needs it.',
  customerBrings: [
    'A Microsoft 365 administrator consents to reading online meeting transcripts and recordings.',
    'The administrator also grants the app an application access policy in Teams.',
  ],
  docs: 'https://learn.microsoft.com/graph/api/resources/calltranscript',
  verifiedOn: '2026-11-21',
});
