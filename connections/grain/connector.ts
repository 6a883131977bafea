import { defineConnector } from '#connector';
import { toAccount, toCall, toPage, toTranscript } from './map.js';
import { webhooks } from './webhooks.js';

export default defineConnector({
  manifest: {
    id: 'grain',
    name: 'Grain',
    kind: 'recorder',
    support: 'partial',
    caveat:
      'Written from copies of what Grain publishes for people; there is no description for machines to check it against. A personal token or sign-in sees what its owner sees. Grain does not say how many recordings there are, nor how late one may appear, for which syncs take two days for enough; it gives transcripts one at a time. It does not name the workspace either; the domain of its users stands for it. Where all have addresses such as gmail.com, each connection is an account of its own: it has a quota of its own, a recording that two tokens see is kept twice, and a new token must be told which connection it renews.',
    customerBrings: [
      'A Grain workspace administrator makes a workspace access token; or somebody makes a personal one, which sees only what they see.',
    ],
    docs: 'https://developers.grain.com',
    verifiedOn: '2026-11-21',
  },
  auth: [
    {
      kind: 'secret',
      label: 'Workspace access token',
      fields: [{ name: 'workspaceToken', label: 'Workspace access token', hint: 'It sees all of the workspace.' }],
      headers: ({ workspaceToken = '' }) => bearer(workspaceToken),
      remedy: 'Check in the settings of the Grain workspace that the token exists; then enter it again.',
    },
    {
      kind: 'secret',
      label: 'Personal access token',
      fields: [{ name: 'personalToken', label: 'Personal access token', hint: 'It sees what its owner sees.' }],
      headers: ({ personalToken = '' }) => bearer(personalToken),
      remedy: 'Check in your settings in Grain that the token exists; then enter it again.',
    },
    {
      kind: 'oauth2',
      label: 'Sign in with Grain',
      grant: 'authorization_code',
      authorizeUrl: 'https://grain.com/_/public-api/oauth2/authorize',
      tokenUrl: 'https://api.grain.com/_/public-api/oauth2/token',
      scopes: [],
      pkce: true,
      clientAuth: 'body',
      tokenBody: 'json',
      // Neither rotation nor lifetimes are written down: what asks the most of us is taken for true.
      rotation: 'single-use',
      lifetimes: { accessSeconds: 3_600 },
      remedy: 'Sign in to Grain again and allow the app to read your recordings.',
    },
  ],
  http: {
    baseUrl: 'https://api.grain.com/_/public-api/v2',
    domain: 'grain.com',
    headers: { 'public-api-version': '2025-10-31' },
    quotaHeaders: { limit: 'x-ratelimit-limit', remaining: 'x-ratelimit-remaining' },
    verdicts: [
      // A recording without words has an empty list of them.
      { status: 200, purpose: 'lookup', body: /^\s*\[\s*\]\s*$/, verdict: 'empty' },
      // How a cursor dies is not written down. Reading the slice again is harmless.
      { status: 400, purpose: 'listing', body: /cursor/i, verdict: 'restart' },
      // Somebody has seen a list that takes nothing but a cursor and what to include.
      { status: 400, purpose: 'listing', body: /filter/i, verdict: 'unfiltered' },
    ],
  },
  limits: [{ requests: 300, seconds: 60, owner: 'company' }],
  // Nothing names the workspace; its users can be listed.
  check: async ask => toAccount(await ask.send({ method: 'POST', path: '/users', body: {} })),
  calls: {
    medium: 'meeting',
    // Not written down; it only plans.
    pageSize: 50,
    settleHours: 48,
    // The filter goes by whole days.
    marginHours: { before: 24, after: 24 },
    request({ from, to, cursor, unfiltered }) {
      const filter = unfiltered === true ? undefined : { after_datetime: from, before_datetime: to };
      return { method: 'POST', path: '/recordings', body: { cursor, filter, include: { participants: true } } };
    },
    ...{ items: ['recordings'], idPath: ['id'] },
    words: { media_type: ['audio', 'video', 'transcript'], 'participants.scope': ['internal', 'external', 'unknown'] },
    page: toPage,
    call: toCall,
  },
  transcriptOfCall: {
    key: call => call.externalId,
    request: id => ({ path: `/recordings/${encodeURIComponent(id)}/transcript` }),
    transcript: toTranscript,
  },
  webhooks,
});

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token.trim()}` };
}
