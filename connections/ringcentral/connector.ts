import { type Because, defineConnector, type OAuth2 } from '#connector';
import { toAccount, toCall, toCount, toPage, toTranscript } from './map.js';
import { webhooks } from './webhooks.js';

const account = '/restapi/v1.0/account/~';
const insights = '/ai/ringsense/v1/public/accounts/~/domains/pbx/records';

/** By either way the token is one of a person, who sees what their role lets them see. */
const way = {
  kind: 'oauth2',
  tokenUrl: 'https://platform.ringcentral.com/restapi/oauth/token',
  revokeUrl: 'https://platform.ringcentral.com/restapi/oauth/revoke',
  // An app that may read more says so; RingSense and ReadCallRecording are not needed for the calls themselves.
  scopes: ['ReadAccounts', 'ReadCallLog'],
  clientAuth: 'basic',
  tokenBody: 'form',
} as const satisfies Partial<OAuth2>;

const noInsights: Because = {
  message: 'RingCentral keeps transcripts from this user or app.',
  remedy:
    'Have a Super Admin give the role "AI Conversation Expert - Access Insights" (Admin Portal > Users > Roles > Artificial Intelligence), and the app the scope RingSense; it needs the licence of AI Conversation Expert.',
};
const noCompanyLog: Because = {
  message: 'The user at RingCentral may not see the call log of the company.',
  remedy:
    'Have a Super Admin give the role of the user the permission "Company Call Log" (Admin Portal > Users > Roles), then connect again.',
};
const noScope: Because = {
  message: 'The app at RingCentral lacks a scope that is needed.',
  remedy: 'Give the app the scopes Read Accounts and Read Call Log at developers.ringcentral.com, then connect again.',
};

export default defineConnector({
  manifest: {
    id: 'ringcentral',
    name: 'RingCentral',
    kind: 'dialer',
    support: 'partial',
    caveat:
      'Transcripts exist only where RingCentral AI Conversation Expert (once RingSense) is licensed, are kept for a year by default, and come one call at a time, 50 a minute. RingCentral does not keep call logs for ever, and recordings for 90 days unless the plan says otherwise. Voice calls only, no faxes.',
    customerBrings: [
      'The person who signs in has a role with the permission "Company Call Log" (FullCompanyCallLog), which a Super Admin gives in the Admin Portal under Users > Roles; without it RingCentral refuses the log of the company.',
      'For transcripts, that role also has "AI Conversation Expert - Access Insights" in its section Artificial Intelligence.',
      "To do without the sign-in: an app of the customer's own at developers.ringcentral.com with JWT auth flow and the app scopes Read Accounts, Read Call Log, Read Call Recording and, for transcripts, RingSense; and a JWT credential made there under Credentials.",
    ],
    docs: 'https://developers.ringcentral.com/api-reference',
    verifiedOn: '2026-11-21',
  },
  auth: [
    {
      ...way,
      label: 'Sign in with RingCentral',
      grant: 'authorization_code',
      authorizeUrl: 'https://platform.ringcentral.com/restapi/oauth/authorize',
      pkce: true,
      rotation: 'replay',
      lifetimes: { accessSeconds: 3_600, refreshSeconds: 604_800 },
      remedy:
        'Sign in to RingCentral as somebody whose role has the permission "Company Call Log" (Admin Portal > Users > Roles), and allow the app to read.',
    },
    {
      ...way,
      label: 'JWT credential',
      grant: 'jwt_bearer',
      pkce: false,
      rotation: 'none',
      lifetimes: { accessSeconds: 3_600 },
      fields: [
        { name: 'client_id', label: 'Client ID', hint: 'Of an app at developers.ringcentral.com with JWT auth flow.' },
        { name: 'client_secret', label: 'Client secret' },
        { name: 'assertion', label: 'JWT credential', hint: 'Made there under Credentials; it acts as its maker.' },
      ],
      remedy:
        'Check at developers.ringcentral.com that the app uses the JWT auth flow, that under Credentials the JWT exists, has not expired and is good for this app, and that its maker\'s role has the permission "Company Call Log".',
    },
  ],
  http: {
    baseUrl: 'https://platform.ringcentral.com',
    domain: 'ringcentral.com',
    quotaHeaders: { limit: 'x-rate-limit-limit', remaining: 'x-rate-limit-remaining' },
    // Half of it is published for replies that name no time; but every request within the penalty begins it anew.
    silentWaitSeconds: 60,
    verdicts: [
      // Nothing was worked out for this recording: its owner has no licence, or nobody spoke.
      { status: 404, purpose: 'lookup', body: /CMN-102/, verdict: 'empty' },
      { status: 200, purpose: 'lookup', body: /^(?![^]*"Transcript"\s*:\s*\[\s*\{)/, verdict: 'empty' },
      { ...{ status: 403, purpose: 'lookup', verdict: 'skip' }, because: noInsights },
      { ...{ status: 403, body: /FullCompanyCallLog/, verdict: 'reconnect' }, because: noCompanyLog },
      { ...{ status: 403, body: /CMN-401/, verdict: 'reconnect' }, because: noScope },
    ],
  },
  // By default; replies say when an account has others. The names are ours and compared with none: whatever group the
  // platform counts a request in, what its reply says goes for the requests that we count together.
  limits: [
    { requests: 10, seconds: 60, owner: 'user', group: 'Heavy' },
    { requests: 40, seconds: 60, owner: 'user', group: 'Medium' },
    { requests: 50, seconds: 60, owner: 'user', group: 'Light' },
  ],
  // The user's own extension names the account, and needs the fewest permissions.
  check: async ask => toAccount(await ask.send({ path: `${account}/extension/~`, group: 'Light' })),
  preview: {
    request: ({ from, to }) => ({
      path: `${account}/call-log`,
      query: { type: 'Voice', dateFrom: from, dateTo: to, perPage: 1 },
      group: 'Heavy',
    }),
    count: toCount,
  },
  calls: {
    // The most there can be. With a quarter of it, what takes two minutes at 10 requests a minute would take eight, to
    // save 20 MB: a thousand calls with their legs are some 2 MB.
    pageSize: 1_000,
    // Calls show up within minutes and recordings later; nobody says how much. What AI makes of them comes last.
    settleHours: 48,
    request: ({ from, to, cursor }) => ({
      path: `${account}/call-log`,
      query: { view: 'Detailed', type: 'Voice', dateFrom: from, dateTo: to, perPage: 1_000, page: cursor },
      group: 'Heavy',
    }),
    items: ['records'],
    page: toPage,
    call: toCall,
  },
  transcriptOfCall: {
    key: call => call.recordings.map(({ ref }) => ref),
    request: recordingId => ({
      path: `${insights}/${encodeURIComponent(recordingId)}/insights`,
      query: { insightTypes: 'Transcript' },
      group: 'Light',
    }),
    transcript: toTranscript,
  },
  webhooks,
});
