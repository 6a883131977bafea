import { defineConnector, type Ask, type Request, type Window } from '#connector';
import { toAccount, toCall, toPage, toTranscript } from './map.js';
import { webhooks } from './webhooks.js';

/** An access key works on the common host; the company's own host is learned by OAuth. */
type GongSettings = { readonly apiBaseUrl: string };

/** Gong answers the same to an address that is not trusted and to a right that is missing. */
const forbidden = {
  message: 'Gong knows the access, but does not let this hub read calls with it.',
  remedy:
    "Have a Gong technical administrator look under Admin center > Settings > Ecosystem > API: this hub's address must be among the trusted IP addresses if there are any, and the access must include calls, transcripts, users and workspaces.",
} as const;

export default defineConnector<GongSettings>({
  manifest: {
    id: 'gong',
    name: 'Gong',
    kind: 'recorder',
    support: 'supported',
    caveat:
      'Gong does not say how late a call may appear: syncs take two weeks for enough, and look at that much again. It may leave private calls out of its lists.',
    customerBrings: [
      'A Gong technical administrator makes an access key under Admin center > Settings > Ecosystem > API and hands over the key and its secret.',
      "If the key is limited to trusted IP addresses, this hub's address must be among them.",
    ],
    docs: 'https://help.gong.io/docs/receive-access-to-the-api',
    verifiedOn: '2026-11-21',
  },
  facets: [
    {
      id: 'gong-engage',
      name: 'Gong Engage',
      kind: 'dialer',
      support: 'supported',
      medium: 'phone',
      caveat:
        'Calls of the dialer are listed by Gong among all others: connecting Gong Engage connects Gong, and both count against one limit. Importing the phone calls alone still pages through the meetings.',
      customerBrings: [
        'What Gong asks for: an access key, or a technical administrator who signs in. No other credential is needed for the dialer.',
      ],
      docs: 'https://help.gong.io/docs/receive-access-to-the-api',
      verifiedOn: '2026-11-21',
    },
  ],
  // The access key first: it needs no app at Gong, and there is nothing about it that rotates and could be lost.
  auth: [
    {
      kind: 'secret',
      label: 'Access key',
      fields: [
        { name: 'key', label: 'Access key' },
        { name: 'secret', label: 'Access key secret', hint: 'Gong shows it once, when the key is made.' },
      ],
      // Pasted values often end in a line break, which would make a right key a wrong one.
      headers: ({ key = '', secret = '' }) => ({ authorization: `Basic ${base64(`${key.trim()}:${secret.trim()}`)}` }),
      remedy:
        'Check in Gong under Admin center > Settings > Ecosystem > API that the key exists, has not expired and trusts the address of this hub; then enter the access key and its secret again.',
    },
    {
      kind: 'oauth2',
      label: 'Sign in with Gong',
      grant: 'authorization_code',
      authorizeUrl: 'https://app.gong.io/oauth2/authorize',
      tokenUrl: 'https://app.gong.io/oauth2/generate-customer-token',
      scopes: [
        'api:calls:read:basic',
        'api:calls:read:extensive',
        'api:calls:read:transcript',
        'api:workspaces:read',
        'api:users:read',
      ],
      pkce: false,
      clientAuth: 'basic',
      // Parameters in the address, for codes and refreshes alike; the body stays empty.
      tokenBody: 'query',
      rotation: 'single-use',
      // The papers say "about a day". Of refresh tokens they say no end.
      lifetimes: { accessSeconds: 86_400 },
      learn: ({ api_base_url_for_customer: url }) => (typeof url === 'string' ? { apiBaseUrl: url } : {}),
      remedy:
        'Have a Gong technical administrator sign in and approve the app for the whole company; the app must be allowed under Admin center > Settings > Ecosystem > API.',
    },
  ],
  http: {
    baseUrl: ({ apiBaseUrl }) => apiBaseUrl ?? 'https://api.gong.io',
    domain: 'gong.io',
    verdicts: [
      // Gong's way of saying that a filter matches nothing. An unknown address answers 404 too, in other words.
      { status: 404, body: /found corresponding to the provided/, verdict: 'empty' },
      // The papers give cursors no lifetime and a refused one no wording. Reading the slice again is harmless:
      // calls are stored once by their id.
      { status: 400, body: /cursor/i, verdict: 'restart' },
      { status: 403, purpose: 'check', verdict: 'reconnect', because: forbidden },
      { status: 403, purpose: 'listing', verdict: 'reconnect', because: forbidden },
    ],
  },
  limits: [
    { requests: 3, seconds: 1, owner: 'company' },
    { requests: 10_000, seconds: 86_400, owner: 'company' },
  ],
  async check(ask) {
    // Workspaces first: they prove the key and hold the id. Users only give a nicer name.
    const workspaces = await ask.send({ path: '/v2/workspaces' });
    return toAccount(workspaces, await usersIfAllowed(ask));
  },
  preview: {
    // Compares scheduled times of web conferences where the listing compares real starts, so a call at the
    // window's very edge may be counted on the other side of it.
    request: ({ from, to }) => ({ path: '/v2/calls', query: { fromDateTime: from, toDateTime: to } }),
    count: reply => (reply === undefined ? 0 : (toPage(reply).total ?? 0)),
  },
  calls: {
    pageSize: 100,
    // The papers give no bound. Two weeks is the overlap that a long-lived public importer settled on, and too
    // little would lose calls for good.
    settleHours: 14 * 24,
    request: ({ from, to, cursor }) => listing({ from, to }, cursor),
    ...{ items: ['calls'], idPath: ['metaData', 'id'] },
    words: {
      'metaData.direction': ['Inbound', 'Outbound', 'Conference', 'Unknown'],
      'metaData.scope': ['Internal', 'External', 'Unknown'],
      'metaData.media': ['Audio', 'Video'],
      'parties.affiliation': ['Internal', 'External', 'Unknown'],
    },
    page: toPage,
    call: toCall,
  },
  transcripts: {
    batchSize: 100,
    request: ({ externalIds, cursor }) => ({
      method: 'POST',
      path: '/v2/calls/transcript',
      body: { cursor, filter: { callIds: externalIds } },
    }),
    items: ['callTranscripts'],
    idKey: 'callId',
    page: toPage,
    transcript: toTranscript,
  },
  webhooks,
});

/**
 * The cursor travels in the body, beside the same filter: in the query string it is ignored and the first page
 * comes back for ever. Media is named by kind and id; links are not asked for, since they die after 8 hours.
 */
function listing({ from, to }: Window, cursor: string | undefined): Request {
  return {
    method: 'POST',
    path: '/v2/calls/extensive',
    body: {
      cursor,
      filter: { fromDateTime: from, toDateTime: to },
      contentSelector: { exposedFields: { parties: true } },
    },
  };
}

/** A key may see calls and workspaces but not users; that is no reason to refuse it. */
async function usersIfAllowed(ask: Ask<GongSettings>): Promise<unknown> {
  try {
    return await ask.send({ path: '/v2/users' });
  } catch (error) {
    if (wasRefused(error)) return undefined;
    throw error;
  }
}

function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'recovery' in error && error.recovery === 'reconnect';
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
