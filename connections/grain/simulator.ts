/**
 * A pretend Grain, written from transcriptions of the vendor's pages of version 2: most reads are POST, the cursor goes in
 * the body, the filter looks at days, and every request must name the version.
 */
import { defineSimulator, type SimulatedReply, type SimulatedRequest } from '#connector';
import { openAccount } from './simulator/account.js';
import { golden } from './simulator/golden.js';
import { transcriptOf } from './simulator/item.js';
import { listRecordings, type State } from './simulator/listing.js';
import { oauth } from './simulator/oauth.js';
import { openHooks, webhooks } from './simulator/webhooks.js';

const secret = { workspaceToken: 'sandbox-grain-workspace-token' };
const personal = { personalToken: 'sandbox-grain-personal-token' };
/** Tokens that were made later. */
const moreTokens = ['sandbox-grain-workspace-token-2', 'sandbox-grain-workspace-token-3'];
const oneTranscript = /^\/recordings\/([^/]+)\/transcript$/;

export default defineSimulator({
  limits: [{ requests: 300, seconds: 60 }],
  limitHeaders: ({ limit, remaining }) => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
  }),
  tooMany: seconds => ({
    ...refusal(429, 'limited', 'Too many requests'),
    headers: { 'retry-after': String(seconds) },
  }),
  fault: status => refusal(status, 'fault', 'Something went wrong'),
  secret,
  otherSecrets: [personal],
  oauth,
  webhooks,
  isLive: true,
  thrift: { callsPerPage: 50, transcriptsPerRequest: 1 },
  quirks: {
    'gone-lookups': { about: 'Every fifth recording is gone by the time that its transcript is asked for.' },
    'odd-lookups': { about: 'The transcript of every fifth recording is refused with 422.' },
    'refuses-lookups': { about: 'All transcripts are refused with 422.' },
    'stuck-cursor': { about: 'The cursor of every page is that of the first.' },
    'no-filter': { about: 'The list takes a cursor and what to include, and nothing else.' },
    'no-users': { about: 'The token sees no user.' },
    'public-mail': { about: 'All users have addresses that anybody gets.' },
    'moves-domain': { about: 'By POST /reveal most users have addresses under another domain.' },
  },
  golden,
  open: options => {
    const account = openAccount(options);
    const state: State = { epoch: 0, revealed: false };
    const hooks = openHooks(account);
    return {
      answer(request) {
        const id = oneTranscript.exec(request.path)?.[1];
        const kind = id === undefined ? (kinds[`${request.method} ${request.path}`] ?? 'unknown') : 'transcripts';
        if (!isGenuine(request)) return refusal(401, kind, 'Unauthorized');
        if (request.headers['public-api-version'] !== '2025-10-31') return refusal(400, kind, 'Unknown API version');
        if (request.path.startsWith('/hooks/')) {
          const reply = hooks.answer(request);
          return 'refused' in reply ? refusal(reply.refused, 'hooks', 'Not accepted') : reply;
        }
        if (kind === 'unknown' || (id !== undefined && request.method !== 'GET'))
          return refusal(404, kind, 'Not found');
        const [stray] = request.query.keys();
        if (stray !== undefined) return refusal(400, kind, `Unknown parameter ${stray}`);
        if (id !== undefined) return transcript(decodeURIComponent(id));
        if (kind === 'list') return listRecordings(account, request, state);
        return { status: 200, kind, body: { cursor: null, users: account.listed(state.revealed) } };
      },
      expireCursors: () => void state.epoch++,
      reveal: () => {
        state.revealed = true;
      },
      idsWithin: (from, to) =>
        account
          .visible(state.revealed)
          .filter(
            position => account.startOf(position) >= Date.parse(from) && account.startOf(position) < Date.parse(to),
          )
          .map(account.idOf),
      tell: hooks.tell,
    };

    function transcript(id: string): SimulatedReply {
      const position = account.positionOf(id);
      if (position === undefined || (account.isOdd('gone-lookups') && position % 5 === 2))
        return refusal(404, 'transcripts', 'Not found');
      if (account.isOdd('refuses-lookups') || (account.isOdd('odd-lookups') && position % 5 === 2))
        return refusal(422, 'transcripts', 'Unprocessable');
      const rows = transcriptOf(account, position);
      return { status: 200, kind: 'transcripts', body: rows, served: rows.length > 0 ? [id] : [] };
    }
  },
});

const kinds: Readonly<Record<string, string>> = { 'POST /recordings': 'list', 'POST /users': 'users' };

function isGenuine({ headers, bearer }: SimulatedRequest): boolean {
  const tokens = [secret.workspaceToken, personal.personalToken, ...moreTokens].map(token => `Bearer ${token}`);
  return tokens.includes(headers.authorization ?? '') || bearer?.state === 'live';
}

/** The papers do not show one; clients read `error`. */
function refusal(status: number, kind: string, error: string): SimulatedReply {
  return { status, kind, body: { error } };
}
