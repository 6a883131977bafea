/**
 * A pretend RingCentral, written from the vendor's specification of its REST API and its guides: pages go by number, a
 * group of limits that was overrun shuts for a minute, and every request within that minute begins it anew.
 */
import { defineSimulator, type SimulatedReply, type SimulatedRequest } from '#connector';
import { openAccount } from './simulator/account.js';
import { golden } from './simulator/golden.js';
import { insightsOf } from './simulator/insights.js';
import { platform } from './simulator/item.js';
import { listCalls } from './simulator/listing.js';
import { oauth } from './simulator/oauth.js';
import { doorOf } from './simulator/permission.js';
import { invalid, notFound, refusal } from './simulator/reply.js';
import { openSubscriptions, webhooks } from './simulator/webhooks.js';

const callLog = /^\/restapi\/v1\.0\/account\/[^/]+\/call-log$/;
const ownExtension = /^\/restapi\/v1\.0\/account\/~\/extension\/~$/;
const insights = /^\/ai\/ringsense\/v1\/public\/accounts\/~\/domains\/pbx\/records\/([^/]+)\/insights$/;
const subscriptions = /^\/restapi\/v1\.0\/subscription\b/;
const penalty = { seconds: 60, penaltySeconds: 60 };

export default defineSimulator({
  limits: [
    { requests: 10, ...penalty, group: 'Heavy' },
    { requests: 40, ...penalty, group: 'Medium' },
    { requests: 50, ...penalty, group: 'Light' },
  ],
  groupOf({ method, path }) {
    if (/\/(call-log|recording)\b/.test(path)) return 'Heavy';
    return subscriptions.test(path) && method !== 'GET' && !path.endsWith('/renew') ? 'Medium' : 'Light';
  },
  limitHeaders: ({ group, limit, remaining, seconds }) => ({
    'x-rate-limit-group': (group ?? '').toLowerCase(),
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-window': String(seconds),
  }),
  tooMany: seconds => ({
    ...refusal('limited', {
      status: 429,
      name: 'RequestRateExceeded',
      code: 'CMN-301',
      message: 'Request rate exceeded',
    }),
    headers: { 'retry-after': String(seconds) },
  }),
  fault: status =>
    refusal('fault', { status, name: 'InternalError', code: 'CMN-201', message: 'Service Temporary Unavailable' }),
  secret: { client_id: oauth.client.id, client_secret: oauth.client.secret, assertion: oauth.assertion ?? '' },
  oauth,
  webhooks,
  isLive: true,
  thrift: { callsPerPage: 1_000, transcriptsPerRequest: 1 },
  quirks: {
    'no-totals': { about: 'The log does not say how many calls there are, however few.' },
    'stuck-cursor': { about: 'The next page of every page is the second one.' },
    'late-recordings': { about: 'Every other recording is there only after POST /reveal.' },
    'odd-lookups': { about: 'The transcript of every fifth call is refused with 422.' },
    'refuses-lookups': { about: 'All transcripts are refused with 422.' },
    'short-grant': { about: 'A subscription is granted for an hour, whatever was asked for.' },
    blacklisted: { about: 'After POST /reveal the platform has given up sending.' },
  },
  golden,
  open: options => {
    const account = openAccount(options);
    const state = { revealed: false };
    const subscribed = openSubscriptions(account);
    return {
      answer(request) {
        const id = insights.exec(request.path)?.[1];
        const kind = id !== undefined ? 'transcripts' : callLog.test(request.path) ? 'list' : 'extension';
        if (subscriptions.test(request.path)) return subscription(request);
        const refused = doorOf(request, kind);
        if (refused !== undefined) return refused;
        if (request.method !== 'GET') return notFound(kind, 'uri');
        if (kind === 'list') return listCalls(account, request, state.revealed);
        if (id !== undefined) return transcripts(request, decodeURIComponent(id));
        return ownExtension.test(request.path) ? extension(request) : notFound('unknown', 'uri');
      },
      expireCursors: () => undefined,
      reveal: () => {
        state.revealed = true;
        account.settle();
        if (account.isOdd('blacklisted')) subscribed.giveUp();
      },
      idsWithin: (from, to) =>
        account
          .visible(state.revealed)
          .filter(
            position => account.startOf(position) >= Date.parse(from) && account.startOf(position) < Date.parse(to),
          )
          .map(account.idOf),
      tell: subscribed.tell,
    };

    function subscription(request: SimulatedRequest): SimulatedReply {
      const reply = doorOf(request, 'subscriptions') ?? subscribed.answer(request);
      if (!('refused' in reply)) return reply;
      return reply.refused === 404 ? notFound('subscriptions', 'subscriptionId') : invalid('subscriptions', 'body');
    }

    function extension({ query }: SimulatedRequest): SimulatedReply {
      const [stray] = query.keys();
      if (stray !== undefined) return invalid('extension', stray);
      const [own] = account.extensions;
      const uri = `${platform}/restapi/v1.0/account/${account.id}`;
      const contact = {
        firstName: own?.name.split(' ')[0],
        lastName: own?.name.split(' ')[1],
        company: account.company,
      };
      const body = {
        ...{ id: Number(own?.id), uri: `${uri}/extension/${own?.id}`, extensionNumber: own?.number, name: own?.name },
        ...{ type: 'User', status: 'Enabled', account: { id: account.id, uri }, contact },
      };
      return { status: 200, kind: 'extension', body };
    }

    function transcripts({ query }: SimulatedRequest, id: string): SimulatedReply {
      const [stray] = [...query.keys()].filter(name => name !== 'insightTypes');
      if (stray !== undefined) return invalid('transcripts', stray);
      const recorded = account.recorded(id);
      if (account.isOdd('refuses-lookups') || (account.isOdd('odd-lookups') && Number(recorded?.position) % 5 === 2))
        return refusal('transcripts', {
          status: 422,
          name: 'Unprocessable',
          code: 'CMN-199',
          message: 'Unprocessable',
        });
      const body = recorded && insightsOf(account, recorded);
      if (body === undefined) return notFound('transcripts', 'sourceRecordId');
      // The second recording of a call is no second transcript of it.
      const isServed = recorded?.leg === 0 && body.insights.Transcript !== undefined;
      return { status: 200, kind: 'transcripts', body, served: isServed ? [account.idOf(recorded.position)] : [] };
    }
  },
});
