/**
 * A pretend Zoom Phone, written from the vendor's description of version 2 and its pages on limits: a month at a time and six
 * back, tokens of a quarter of an hour, errors by codes in the body, transcripts behind a redirect to a host for files.
 *
 * Quirks: `lists-all` (without a filter all calls are listed, not the recorded ones), `clips-windows` (longer windows lose their
 * older part without a word), `old-copies` (rows under their old names too), `slashed-ids`, `phone-off`, and `transcripts-<code>`
 * for the code that every transcript is refused with.
 */
import { defineSimulator, type Headers, type SimulatedReply, type SimulatedRequest } from '#connector';
import { openAccount } from './simulator/account.js';
import { detailOf } from './simulator/call.js';
import { golden } from './simulator/golden.js';
import { listHistory, type State } from './simulator/history.js';
import { oauth } from './simulator/oauth.js';
import { refusal } from './simulator/refusal.js';
import { tellOf, webhooks } from './simulator/webhooks.js';
import { fileOf } from './simulator/words.js';

interface Endpoint {
  readonly kind: string;
  readonly path: RegExp;
  readonly label?: 'light' | 'medium' | 'heavy';
  readonly scope?: string;
}

const endpoints: readonly Endpoint[] = [
  { kind: 'user', path: /^\/users\/me$/, scope: 'user:read:user:admin' },
  { kind: 'list', path: /^\/phone\/call_history$/, label: 'heavy', scope: 'phone:read:list_call_logs:admin' },
  { kind: 'detail', path: /^\/phone\/call_history\/([^/]+)$/, label: 'light', scope: 'phone:read:call_log:admin' },
  {
    ...{ kind: 'transcripts', path: /^\/phone\/recording_transcript\/download\/([^/]+)$/, label: 'light' },
    scope: 'phone:read:recording_transcript:admin',
  },
  { kind: 'file', path: /^\/phone-file\/([^/]+)$/ },
];
const endpointAt = (path: string) => endpoints.find(endpoint => endpoint.path.test(path));

/** Beyond this the limit of a day is what stands in the way. */
const longestSecond = 2;
const refusals: Readonly<Record<string, string>> = {
  '404': 'File does not exist.',
  '12000': 'Unable to transcribe this recording.',
  '12001': 'Admin has disabled this transcription.',
  '12002': 'This recording is still in the process of being transcribed. Reopen this recording in a few minutes.',
  '12003': 'Transcripts failed to download.',
};

export default defineSimulator({
  limits: [
    { requests: 20, seconds: 1, group: 'light' },
    { requests: 10, seconds: 1, group: 'medium' },
    { requests: 5, seconds: 1, group: 'heavy' },
    { requests: 15_000, seconds: 86_400, group: 'heavy' },
  ],
  groupOf: ({ path }) => endpointAt(path)?.label,
  limitHeaders: ({ group = '', seconds, limit, remaining }) => ({
    'x-ratelimit-category': group.replace(/^./, first => first.toUpperCase()),
    'x-ratelimit-type': seconds > 1 ? 'Daily-limit' : 'QPS',
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
  }),
  tooMany(seconds, now) {
    const until = new Date(Math.ceil(now.getTime() / 1_000 + seconds) * 1_000);
    const isForSecond = seconds <= longestSecond;
    const message = `You have reached the maximum ${isForSecond ? 'per-second' : 'daily'} rate limit for this API.`;
    const headers: Headers = isForSecond
      ? { 'x-ratelimit-reset': String(until.getTime() / 1_000) }
      : { 'retry-after': until.toISOString().replace('.000Z', 'Z') };
    return { ...refusal(429, message, 'limited', 429), headers };
  },
  fault: status => refusal(status, 'Internal error.', 'fault', status),
  secret: { account_id: 'sandbox', client_id: oauth.client.id, client_secret: oauth.client.secret },
  oauth,
  webhooks,
  isLive: true,
  hasFiles: true,
  thrift: { callsPerPage: 300, transcriptsPerRequest: 1 },
  quirks: {
    'stuck-cursor': { about: 'The token of every page is that of the first.' },
    'late-recordings': { about: 'Every other recording is there only after POST /reveal.' },
    'details-end': { about: 'After POST /reveal the details of every other call are refused.' },
    'gone-lookups': { about: 'The transcript of every fifth recording is gone when it is asked for.' },
    'odd-lookups': { about: 'The transcript of every fifth recording is refused with 422.' },
    'refuses-lookups': { about: 'All transcripts are refused with 422.' },
    'phone-off': { about: 'Zoom Phone is not enabled for the account.' },
    'lists-all': { about: 'The history shows all calls where nobody says which, and not the recorded ones.' },
    'old-copies': { about: 'Rows name things as older copies of the papers do.' },
    'slashed-ids': { about: 'Ids hold a slash.' },
    'clips-windows': { about: 'A window that is too long is cut from its old end, and nobody says so.' },
    'transcripts-404': { about: 'There is no transcript of any recording.' },
    'transcripts-12000': { about: 'Zoom is unable to transcribe.' },
    'transcripts-12001': { about: 'An administrator has switched transcription off.' },
    'transcripts-12002': { about: 'Zoom still works on the transcripts.' },
  },
  golden,
  open: options => {
    const account = openAccount(options);
    const state: State = { epoch: 0, revealed: false };
    const quirk = options.quirks?.find(name => name.startsWith('transcripts-'))?.slice('transcripts-'.length);
    return {
      answer(request) {
        const endpoint = endpointAt(request.path);
        const { kind = 'unknown' } = endpoint ?? {};
        const stopped = refusedAtDoor(request, endpoint);
        if (stopped !== undefined) return stopped;
        if (kind !== 'list' && [...request.query.keys()].length > 0) return refusal(300, 'Validation Failed.', kind);
        const id = unquoted(endpoint?.path.exec(request.path)?.[1] ?? '');
        if (kind === 'user') return { status: 200, kind, body: me() };
        if (account.isOdd('phone-off'))
          return refusal(2031, 'Zoom Phone has not been enabled for this account.', kind, 403);
        if (kind === 'list') return listHistory(account, request, state);
        if (kind === 'detail') return detail(id);
        return kind === 'file' ? file(id) : transcript(id);
      },
      expireCursors: () => void state.epoch++,
      reveal: () => {
        state.revealed = true;
        account.settle();
      },
      idsWithin: (from, to) =>
        account
          .visible(state.revealed)
          .filter(
            position => account.startOf(position) >= Date.parse(from) && account.startOf(position) < Date.parse(to),
          )
          .map(account.idOf),
      tell: stretch => tellOf(account, stretch),
    };

    function me() {
      const [user] = account.users;
      const [first_name, last_name] = user?.name.split(' ') ?? [];
      return {
        ...{ id: user?.id, first_name, last_name, email: user?.email, type: 2, role_name: 'Owner', status: 'active' },
        ...{ account_id: account.id, company: `${options.account} Ltd` },
      };
    }

    function detail(id: string): SimulatedReply {
      const position = account.positionOf(id);
      const hasEnded = state.revealed && account.isOdd('details-end') && Number(position) % 2 === 0;
      return position === undefined || hasEnded
        ? refusal(300, `Call history not found: ${id}`, 'detail', 404)
        : { status: 200, kind: 'detail', body: detailOf(account, position) };
    }

    function transcript(id: string): SimulatedReply {
      const found = account.recordingAt(id);
      const isFifth = found !== undefined && found.position % 5 === 2;
      if (account.isOdd('gone-lookups') && isFifth) return refusal(404, 'Not found.', 'transcripts', 404);
      if (account.isOdd('refuses-lookups') || (account.isOdd('odd-lookups') && isFifth))
        return refusal(300, 'Unprocessable.', 'transcripts', 422);
      const code = quirk ?? (found === undefined || !account.hasWords(found.position) ? '404' : undefined);
      if (code !== undefined || found === undefined)
        return refusal(Number(code), refusals[code ?? ''] ?? 'Validation Failed.', 'transcripts');
      const headers = { location: `https://file-eu.zoom.us/phone-file/${id}` };
      // The second recording of a call belongs to the same transcript.
      const served = found.number === 0 ? [account.idOf(found.position)] : [];
      return { status: 302, kind: 'transcripts', headers, body: Buffer.alloc(0), served };
    }

    function file(id: string): SimulatedReply {
      const found = account.recordingAt(id);
      if (found === undefined) return refusal(404, 'File does not exist.', 'file', 404);
      return { status: 200, kind: 'file', body: fileOf(account, found.position, found.number) };
    }
  },
});

/** The credential has to arrive at the host for files too. */
function refusedAtDoor(
  { method, bearer }: SimulatedRequest,
  endpoint: Endpoint | undefined,
): SimulatedReply | undefined {
  const { kind = 'unknown', scope } = endpoint ?? {};
  if (bearer?.state !== 'live')
    return refusal(124, bearer?.state === 'expired' ? 'Access token is expired.' : 'Invalid access token.', kind, 401);
  if (endpoint === undefined || method !== 'GET')
    return refusal(404, 'This API endpoint is not recognized.', kind, 404);
  if (scope === undefined || bearer.grant.scopes.includes(scope)) return undefined;
  return refusal(4711, `Invalid access token, does not contain scopes:[${scope}].`, kind);
}

/** Encoded once, or twice where it has a slash in it. */
function unquoted(id: string): string {
  const once = decodeURIComponent(id);
  return once.includes('%') ? decodeURIComponent(once) : once;
}
