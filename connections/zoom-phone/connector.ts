import { type Because, defineConnector, type OAuth2, type PageQuery, type Request, type VerdictRule } from '#connector';
import { toAccount, toCall, toDetailKey, toPage, toTranscript } from './map.js';
import { webhooks } from './webhooks.js';

/** The host of the account's region. The common one works too, a little slower. */
type ZoomSettings = { readonly apiUrl: string };

/** Each, and what stands for it in apps that were made before Zoom cut its scopes finer. */
const finer = { list_call_logs: 'phone_call_log', call_log: 'phone_call_log', recording_transcript: 'phone_recording' };
const same = Object.entries(finer).map(
  ([what, of]) => [`phone:read:${what}:admin`, ['phone:read:admin', `${of}:read:admin`]] as const,
);
const sameScopes = Object.fromEntries([...same, ['user:read:user:admin', ['user:read:admin', 'user:read']]]);
const scopes = Object.keys(sameScopes);
const settings = 'Phone System Management > Company Info > Account Settings';

const common = {
  ...{ kind: 'oauth2', tokenUrl: 'https://zoom.us/oauth/token', clientAuth: 'basic', tokenBody: 'form' },
  ...{ scopes, sameScopes },
  learn: ({ api_url: url }) => (typeof url === 'string' ? { apiUrl: url } : {}),
} as const satisfies Partial<OAuth2<ZoomSettings>>;

const lacksScope = forbidden(
  'Zoom says that the access does not contain the scopes that are needed.',
  `Have a Zoom administrator add the scopes ${scopes.join(', ')} to the app in the Zoom App Marketplace under Manage, and connect again.`,
);
const noPhone = forbidden(
  'Zoom says that Zoom Phone is not enabled for the account.',
  'Have an administrator assign it under Phone System Management > Users & Rooms, or connect the account that has it.',
);
const noRole = forbidden(
  'Zoom knows the access, but does not let it see the call history.',
  'It takes a Business or Enterprise account, and its owner or a role with Zoom Phone management: see User Management > Roles.',
);
/** Said of single recordings, so it is no permission that would be missing for others too. */
const switchedOff = {
  message: 'An administrator has disabled the transcription of this recording.',
  remedy: `For later calls, have a Zoom administrator switch it on under ${settings}.`,
};
const unable = { message: 'Zoom is unable to transcribe this recording.', remedy: 'Listen to it in Zoom.' };

function forbidden(message: string, remedy: string): Because {
  return { code: 'PERMISSION_MISSING', message, remedy };
}

/** Zoom says what is wrong by a code in the body; the status says little. */
const verdicts: readonly VerdictRule[] = [
  // It lives for a quarter of an hour.
  { status: 400, purpose: 'listing', body: /next.?page.?token/i, verdict: 'restart' },
  ...[400, 401, 403].map(status => rule(status, /"code"\s*:\s*"?4711\b|does not contain scopes/, lacksScope)),
  ...[400, 403, 404].map(status => rule(status, /"code"\s*:\s*"?20(13|31)\b/, noPhone)),
  ...(['check', 'listing'] as const).map(purpose => ({ ...rule(403, /^/, noRole), purpose })),
  // There is no file: nothing was said, or nothing was to be transcribed.
  { ...rule(400, /"code"\s*:\s*"?404\b/), purpose: 'lookup', verdict: 'empty' },
  { ...rule(400, /"code"\s*:\s*"?12000\b/, unable), purpose: 'lookup', verdict: 'skip' },
  { ...rule(400, /"code"\s*:\s*"?12001\b/, switchedOff), purpose: 'lookup', verdict: 'skip' },
  { ...rule(400, /"code"\s*:\s*"?12002\b/), purpose: 'lookup', verdict: 'pending' },
  // It failed to download, which it may not the next time.
  { ...rule(400, /"code"\s*:\s*"?12003\b/), purpose: 'lookup', verdict: 'retry' },
];

function rule(status: number, body: RegExp, because?: Because): VerdictRule {
  return { status, body, verdict: 'reconnect', ...(because && { because }) };
}

export default defineConnector<ZoomSettings>({
  manifest: {
    id: 'zoom-phone',
    name: 'Zoom Phone',
    kind: 'dialer',
    support: 'supported',
    caveat:
      'Zoom shows the call history of the last six months only, to Business and Enterprise accounts only. It names the recordings of a call and gives their transcripts one request each, so recorded calls cost two. How late a call or recording may appear, Zoom does not say: syncs take three days for enough. All apps of an account share its limits, which are those of a Pro plan until Zoom tells of larger ones.',
    customerBrings: [
      `The owner of the Zoom account, or an administrator with Zoom Phone management, signs in and approves the app of this hub; or makes a Server-to-Server OAuth app in the Zoom App Marketplace under Develop > Build App, gives it the scopes ${scopes.join(', ')}, and activates it.`,
      `Call recording, automatic or ad hoc, and its transcription are switched on under ${settings}.`,
    ],
    ...{ docs: 'https://developers.zoom.us/docs/api/phone/', verifiedOn: '2026-11-21' },
  },
  auth: [
    {
      ...{ ...common, label: 'Sign in with Zoom', grant: 'authorization_code', pkce: true },
      ...{ authorizeUrl: 'https://zoom.us/oauth/authorize', revokeUrl: 'https://zoom.us/oauth/revoke' },
      ...{ rotation: 'single-use', lifetimes: { accessSeconds: 3_600, refreshSeconds: 90 * 86_400 } },
      remedy:
        'Have the owner or an administrator of the Zoom account sign in and approve the app, which may have to be allowed first in the Zoom App Marketplace.',
    },
    {
      ...{ ...common, label: 'Server-to-Server OAuth app', grant: 'account_credentials', pkce: false },
      ...{ rotation: 'none', lifetimes: { accessSeconds: 3_600 } },
      fields: [
        { name: 'account_id', label: 'Account ID', hint: 'All three are shown under App Credentials of the app.' },
        { name: 'client_id', label: 'Client ID' },
        { name: 'client_secret', label: 'Client secret' },
      ],
      remedy: 'Check in the Zoom App Marketplace that the app is activated, then enter its three values again.',
    },
  ],
  http: {
    baseUrl: ({ apiUrl }) => `${apiUrl ?? 'https://api.zoom.us'}/v2`,
    domain: 'zoom.us',
    mediaDomains: ['zoom.us'],
    // For the limits of a second; of that of a day Zoom says it by Retry-After, as a date.
    waits: [{ name: 'x-ratelimit-reset', unit: 'epoch-seconds' }],
    quotaHeaders: { limit: 'x-ratelimit-limit' },
    verdicts,
  },
  limits: [
    { requests: 20, upTo: 40, seconds: 1, owner: 'account', group: 'light' },
    { requests: 10, upTo: 20, seconds: 1, owner: 'account', group: 'medium' },
    { requests: 5, upTo: 10, seconds: 1, owner: 'account', group: 'heavy' },
    { requests: 15_000, upTo: 30_000, seconds: 86_400, owner: 'account', group: 'heavy' },
  ],
  check: async ask => toAccount(await ask.send({ path: '/users/me', group: 'light' })),
  preview: { request: window => history(window, { page_size: 1 }), count: reply => toPage(reply).total ?? 0 },
  calls: {
    medium: 'phone',
    ...{ pageSize: 300, reachesBackDays: 180 },
    // "A month", and the shortest has 28 days.
    maxWindowDays: 28,
    settleHours: 72,
    // The papers say that the filter is `recorded` where none is given. A call whose recording appears while we read changes from
    // one list to the other: in this order it is seen twice, in the other it would not be seen at all.
    parts: ['non_recorded', 'recorded'],
    request: query => history(query, { page_size: 300, next_page_token: query.cursor }),
    ...{ items: ['call_history'], idPath: ['call_history_uuid'] },
    words: { direction: ['inbound', 'outbound'], connect_type: ['internal', 'external'] },
    ...{ page: toPage, call: toCall },
  },
  detailOfCall: { key: toDetailKey, request: uuid => light('/phone/call_history', uuid), as: 'detail' },
  transcriptOfCall: {
    key: ({ recordings }) => recordings.map(({ ref }) => ref),
    request: id => light('/phone/recording_transcript/download', id),
    transcript: toTranscript,
  },
  webhooks,
});

/** Times are in whole seconds, in GMT. */
function history({ from, to, part }: Omit<PageQuery, 'cursor'>, more: Request['query']): Request {
  const time = (seconds: number) => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
  const window = { from: time(Math.floor(Date.parse(from) / 1_000)), to: time(Math.ceil(Date.parse(to) / 1_000)) };
  return { path: '/phone/call_history', query: { ...window, recording_status: part, ...more }, group: 'heavy' };
}

/** An id with a slash in it has to be encoded twice, or Zoom takes the slash for its own. */
function light(path: string, id: string): Request {
  const once = encodeURIComponent(id);
  return { path: `${path}/${id.includes('/') ? encodeURIComponent(once) : once}`, group: 'light' };
}
