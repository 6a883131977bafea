/**
 * A pretend Gong, written from the vendor's specification of API version 2 and from what its clients
 * found out: the cursor of a POST counts only in the body, 404 means that nothing matched.
 */
import { defineSimulator, digest, type SimulatedReply, type SimulatedRequest, type SimulatorOptions } from '#connector';
import { openAccount } from './simulator/account.js';
import { openRoutes } from './simulator/answers.js';
import { golden } from './simulator/golden.js';
import { matching } from './simulator/listing.js';
import { missingScope, oauth } from './simulator/oauth.js';
import { errorReply } from './simulator/reply.js';
import { webhooks } from './simulator/webhooks.js';

const secret = { key: 'SANDBOX-ACCESS-KEY', secret: 'sandbox-access-key-secret' };

export default defineSimulator({
  limits: [
    { requests: 3, seconds: 1 },
    { requests: 10_000, seconds: 86_400 },
  ],
  secret,
  oauth,
  webhooks,
  quirks: { 'stuck-cursor': { about: 'The cursor is not looked at: every page is the first.' } },
  golden,
  tooMany: seconds => ({
    ...errorReply(429, 'limited', 'limited', 'API request limit exceeded'),
    headers: { 'retry-after': String(seconds) },
  }),
  fault: status =>
    status === 502
      ? badGateway
      : errorReply(status, 'fault', 'fault', 'Failed to complete the operation due to an unexpected error'),
  open: (options: SimulatorOptions) => {
    const state = { epoch: 0, revealed: false };
    const account = openAccount(options);
    const routes = openRoutes(account, state);
    return {
      answer(request) {
        const requestId = requestIdOf(request);
        const id = /^\/v2\/calls\/(\d+)$/.exec(request.path)?.[1];
        const name = id === undefined ? `${request.method} ${request.path}` : `${request.method} /v2/calls/{id}`;
        const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
        if (!isGenuine(request)) return errorReply(401, route?.kind ?? 'unknown', requestId, 'Access denied');
        if (!route) return errorReply(404, 'unknown', requestId, `No such endpoint: ${request.method} ${request.path}`);
        const missing = missingScope(request, name);
        if (missing) return errorReply(403, route.kind, requestId, `The token lacks the scope ${missing}`);
        return route.answer(request, requestId, id ?? '');
      },
      expireCursors: () => void state.epoch++,
      reveal: () => {
        state.revealed = true;
      },
      idsWithin(from, to) {
        const filter = { fromDateTime: from, toDateTime: to };
        return matching(account, filter, 'started', state.revealed).map(account.idOf);
      },
    };
  },
});

const genuine = `Basic ${Buffer.from(`${secret.key}:${secret.secret}`).toString('base64')}`;

function isGenuine(request: SimulatedRequest): boolean {
  return request.headers.authorization === genuine || request.bearer?.state === 'live';
}

/** The platform's front door answers for itself: a page for people instead of JSON. */
const badGateway: SimulatedReply = {
  status: 502,
  kind: 'fault',
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>'),
};

function requestIdOf({ method, path, query, body }: SimulatedRequest): string {
  const text = `${method} ${path}?${query} ${JSON.stringify(body)}`;
  return digest(text).toString(36).padStart(7, '0') + digest(text, 7).toString(36).padStart(7, '0');
}
