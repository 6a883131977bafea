/**
 * A pretend Fathom, written from the vendor's reference pages of version 1 and the types of its client: pages go by number,
 * hidden in a cursor; refusals have no body; an app may not ask the list for transcripts.
 */
import { defineSimulator, type SimulatedReply, type SimulatedRequest } from '#connector';
import { openAccount } from './simulator/account.js';
import { golden } from './simulator/golden.js';
import { listMeetings } from './simulator/listing.js';
import { memberItem, transcriptOf } from './simulator/item.js';
import { oauth } from './simulator/oauth.js';
import { openSubscriptions, webhooks } from './simulator/webhooks.js';

const secret = { apiKey: 'SANDBOX-FATHOM-KEY' };
/** Keys that other members have made. */
const moreKeys = ['SANDBOX-FATHOM-KEY-2', 'SANDBOX-FATHOM-KEY-3'];
const oneRecording = /^\/recordings\/(\d+)\/transcript$/;

export default defineSimulator({
  limits: [
    { requests: 60, seconds: 60 },
    { requests: 30, seconds: 60, group: 'heavy' },
  ],
  groupOf: ({ path, query }) =>
    oneRecording.test(path) || ['include_transcript', 'include_summary'].some(name => query.get(name) === 'true')
      ? 'heavy'
      : undefined,
  limitHeaders: ({ limit, remaining, resetSeconds }) => ({
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  }),
  tooMany: seconds => ({ ...refusal(429, 'limited'), headers: { 'retry-after': String(seconds) } }),
  fault: status => refusal(status, 'fault'),
  secret,
  oauth,
  webhooks,
  isLive: true,
  thrift: { callsPerPage: 10, transcriptsPerRequest: 1 },
  quirks: {
    'gone-lookups': { about: 'Every fifth meeting is gone by the time that its transcript is asked for.' },
    'odd-lookups': { about: 'The transcript of every fifth meeting is refused with 422.' },
    'refuses-lookups': { about: 'All transcripts are refused with 422.' },
    'stuck-cursor': { about: 'The cursor of every page leads to the second one.' },
    'few-transcripts': {
      about: 'The limit of heavy requests has fallen to 5 a minute.',
      limits: [
        { requests: 60, seconds: 60 },
        { requests: 5, seconds: 60, group: 'heavy' },
      ],
    },
    'no-members': { about: 'The key sees nobody of its own company.' },
    'public-mail': { about: 'All members have addresses that anybody gets.' },
    'moves-domain': { about: 'By POST /reveal most members have addresses under another domain.' },
  },
  golden,
  open: options => {
    const account = openAccount(options);
    const state = { revealed: false };
    const subscriptions = openSubscriptions(account);
    return {
      answer(request) {
        const recordingId = oneRecording.exec(request.path)?.[1];
        const kind = recordingId === undefined ? (kinds[request.path] ?? 'unknown') : 'transcripts';
        if (!isGenuine(request)) return refusal(401, kind);
        if (request.path.startsWith('/webhooks')) {
          const reply = subscriptions.answer(request);
          return 'refused' in reply ? refusal(reply.refused, 'webhooks') : reply;
        }
        if (kind === 'unknown' || request.method !== 'GET') return refusal(404, 'unknown');
        if (recordingId !== undefined) return transcript(request, recordingId);
        if (kind === 'list') return listMeetings(account, request, state.revealed) ?? refusal(400, kind);
        if ([...request.query.keys()].some(name => name !== 'cursor')) return refusal(400, kind);
        const items =
          kind === 'members'
            ? account.listed(state.revealed).map(memberItem)
            : [{ name: 'Sales', created_at: options.from }];
        return { status: 200, kind, body: { limit: items.length, next_cursor: null, items } };
      },
      expireCursors: () => undefined,
      reveal: () => {
        state.revealed = true;
      },
      idsWithin: (from, to) =>
        account
          .visible(state.revealed)
          .filter(
            position => account.startOf(position) >= Date.parse(from) && account.startOf(position) < Date.parse(to),
          )
          .map(position => String(account.idOf(position))),
      tell: subscriptions.tell,
    };

    function transcript({ query }: SimulatedRequest, id: string): SimulatedReply {
      const position = account.positionOf(Number(id));
      if ([...query.keys()].length > 0) return refusal(400, 'transcripts');
      if (position === undefined || (account.isOdd('gone-lookups') && position % 5 === 2))
        return refusal(404, 'transcripts');
      if (account.isOdd('refuses-lookups') || (account.isOdd('odd-lookups') && position % 5 === 2))
        return refusal(422, 'transcripts');
      const lines = transcriptOf(account, position);
      const served = lines.length > 0 ? [id] : [];
      return { status: 200, kind: 'transcripts', body: { transcript: lines }, served };
    }
  },
});

const kinds: Readonly<Record<string, string>> = { '/meetings': 'list', '/team_members': 'members', '/teams': 'teams' };

function isGenuine({ headers, bearer }: SimulatedRequest): boolean {
  return [secret.apiKey, ...moreKeys].includes(headers['x-api-key'] ?? '') || bearer?.state === 'live';
}

/** The client of the vendor expects nothing behind the head. */
function refusal(status: number, kind: string): SimulatedReply {
  return { status, kind, body: Buffer.alloc(0) };
}
