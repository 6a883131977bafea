import { type Because, defineConnector, type OAuth2, type Request, type Window } from '#connector';
import { toAccount, toCall, toCount, toPage, toTranscript } from './map.js';
import { webhooks } from './webhooks.js';

const account = '/restapi/v1.0/account/~';
const insights = '/ai/ringsense/v1/public/accounts/~/domains/pbx/records';
const onlyWords = { insightTypes: 'Transcript' };

/** By either way the token is one of a person, who sees what their role lets them see. */
const way = {
  kind: 'oauth2',
  tokenUrl: 'https://platform.ringcentral.com/restapi/oauth/token',
  revokeUrl: 'https://platform.ringcentral.com/restapi/oauth/revoke',
  // RingSense and ReadCallRecording are not needed for the calls themselves.
  scopes: ['ReadAccounts', 'ReadCallLog'],
  transcriptScopes: ['RingSense'],
  clientAuth: 'basic',
  tokenBody: 'form',
  pkce: true,
  rotation: 'replay',
  lifetimes: { accessSeconds: 3_600, refreshSeconds: 604_800 },
} as const satisfies Partial<OAuth2>;

const noInsights = forbidden('transcripts', 'AI Conversation Expert - Access Insights', 'RingSense');
const noCompanyLog = forbidden('the call log of the company', 'Company Call Log', 'Read Call Log');

function forbidden(what: string, permission: string, scope: string): Because {
  const role = `the role of the user the permission "${permission}" (Admin Portal > Users > Roles)`;
  const message = `The user or the app at RingCentral may not see ${what}.`;
  return { message, remedy: `Have a Super Admin give ${role}, and see that the app has the scope ${scope}.` };
}

/** The company's call log, in the words that both questions about it share. */
function callLog({ from, to }: Window, more: Request['query']): Request {
  return { path: `${account}/call-log`, query: { type: 'Voice', dateFrom: from, dateTo: to, ...more }, group: 'Heavy' };
}

export default defineConnector({
  manifest: {
    id: 'ringcentral',
    name: 'RingCentral',
    kind: 'dialer',
    support: 'partial',
    caveat:
      'Transcripts exist only where RingCentral AI Conversation Expert (once RingSense) is licensed, are kept for a year by default, and come one call at a time, 50 a minute. RingCentral does not keep call logs for ever, and recordings for 90 days unless the plan says otherwise. How late a call or its recording may appear, nobody says: syncs take two days for enough. Voice calls only, no faxes.',
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
      remedy:
        'Sign in to RingCentral as somebody whose role has the permission "Company Call Log" (Admin Portal > Users > Roles), and allow the app to read.',
    },
    {
      ...way,
      label: 'JWT credential',
      grant: 'jwt_bearer',
      fields: [
        { name: 'client_id', label: 'Client ID', hint: 'Of an app at developers.ringcentral.com with JWT auth flow.' },
        { name: 'client_secret', label: 'Client secret' },
        { name: 'assertion', label: 'JWT credential', hint: 'Made there under Credentials; it acts as its maker.' },
      ],
      remedy:
        'Check at developers.ringcentral.com that the app uses the JWT auth flow, that under Credentials the JWT exists, has not expired and is good for this app, that the app has the scopes Read Accounts and Read Call Log, and that the role of whoever made the JWT has the permission "Company Call Log".',
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
      // Of a long reply only the beginning is looked at, and its lines may come later.
      { status: 200, purpose: 'lookup', body: /^(?![^]*"Transcript"\s*:\s*\[\s*\{)[^]{0,5000}$/, verdict: 'empty' },
      { ...{ status: 403, purpose: 'lookup', verdict: 'skip' }, because: noInsights },
      { ...{ status: 403, body: /FullCompanyCallLog/, verdict: 'reconnect' }, because: noCompanyLog },
    ],
  },
  // By default. The names are ours, compared with none: what a reply says goes for the requests that we count together.
  limits: [
    { requests: 10, seconds: 60, owner: 'user', group: 'Heavy' },
    { requests: 40, seconds: 60, owner: 'user', group: 'Medium' },
    { requests: 50, seconds: 60, owner: 'user', group: 'Light' },
  ],
  // The user's own extension names the account, and needs the fewest permissions.
  check: async ask => toAccount(await ask.send({ path: `${account}/extension/~`, group: 'Light' })),
  preview: { request: window => callLog(window, { perPage: 1 }), count: toCount },
  calls: {
    medium: 'phone',
    // The most there can be: some 2 MB with their legs. A quarter of it would save 20 MB and take four times as long.
    pageSize: 1_000,
    // Calls show up within minutes and recordings later; nobody says how much. What AI makes of them comes last.
    settleHours: 48,
    request: query => callLog(query, { view: 'Detailed', perPage: 1_000, page: query.cursor }),
    ...{ items: ['records'], idPath: ['id'], words: { direction: ['Inbound', 'Outbound'] } },
    page: toPage,
    call: toCall,
  },
  transcriptOfCall: {
    key: call => call.recordings.map(({ ref }) => ref),
    request: id => ({ path: `${insights}/${encodeURIComponent(id)}/insights`, query: onlyWords, group: 'Light' }),
    transcript: toTranscript,
  },
  webhooks,
  exceptions: [{ check: 'dead-cursor', reason: 'A cursor is a page number and does not die.' }],
});
