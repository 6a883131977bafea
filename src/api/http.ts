import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { CallerError, type ErrorCode } from '../core/errors.js';
import { isUnavailable } from '../core/unavailable.js';
import type { House, Scope, Viewer } from '../scope.js';
import { retryAfterSeconds, unavailable } from './format-error.js';
import { graphiqlRoutes } from './graphiql/routes.js';
import { type Health, healthRoutes } from './health.js';
import { type MetricsPage, metricsRoutes } from './metrics.js';
import { oauthCallback } from './routes/oauth-callback.js';
import { clientGone, setDeadline } from './limits/deadline.js';
import { secondsToWait } from './limits/rates.js';
import { connectRoutes } from './pages/routes.js';
import { type Rooms, scopeFor, viewerOf } from './scope-for.js';

const bodyLimit = '100kb';
const welcome =
  'This is Patchbay, an integration hub for recorded calls.\nIts API is GraphQL: POST /graphql, subscriptions over a WebSocket at the same path.\nTo try it in a browser: /graphiql\n';

export interface Pages {
  readonly health: Health;
  readonly metrics: MetricsPage | undefined;
  /** Whether people may try queries in a page of ours. */
  readonly graphiql: boolean;
}

/** Everything that is asked over HTTP. */
export function httpApp(rooms: Rooms, apollo: ApolloServer<Scope>, { health, metrics, graphiql }: Pages): Express {
  const app = express();
  const { house } = rooms;
  app.disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.set({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    next();
  });
  app.get('/', (_request, response) => void response.type('text/plain').send(welcome));
  app.use(healthRoutes(health), metricsRoutes(rooms, metrics), oauthCallback(rooms));
  if (graphiql) app.use(graphiqlRoutes());
  app.use(connectRoutes(rooms));
  app.use(
    '/graphql',
    onlyPost(house, graphiql),
    // Before the body is read: strangers make us read nothing.
    admit(rooms),
    express.json({ limit: bodyLimit }),
    expressMiddleware(apollo, { context: async ({ res }) => scopeOf(rooms, res) }),
  );
  app.use((_request, response) =>
    answer(
      house,
      response,
      404,
      new CallerError('NOT_FOUND', 'There is nothing at this address.', {
        remedy: 'Use POST /graphql.',
      }),
    ),
  );
  app.use(brokenRequest(rooms));
  return app;
}

/** Lets in who has a key that works. */
function admit(rooms: Rooms): RequestHandler {
  return async ({ headers, socket }, { locals }, next) => {
    locals['viewer'] = await viewerOf(rooms, headers.authorization, socket.remoteAddress);
    next();
  };
}

/** A fresh scope for one operation. Its signal aborts when the answer has left, the client has gone, or the time is up. */
function scopeOf(rooms: Rooms, response: Response): Scope {
  const ended = new AbortController();
  const over = setDeadline(ended, rooms.limits.deadlineMs);
  response.once('close', () => {
    over();
    ended.abort(clientGone());
  });
  return scopeFor(rooms, response.locals['viewer'] as Viewer, ended.signal);
}

/** Whoever opens the address in a browser is led to the page. */
function onlyPost(house: House, graphiql: boolean): RequestHandler {
  const refusal = new CallerError('INVALID_INPUT', 'This address takes POST requests and WebSockets.', {
    remedy: 'Send a POST with `content-type: application/json` and a body of `query` and `variables`.',
  });
  return ({ method, headers: { accept = '' }, url }, response, next) => {
    if (method === 'POST') return next();
    if (graphiql && method === 'GET' && url === '/' && accept.startsWith('text/html'))
      return response.redirect(302, '/graphiql');
    response.set('allow', 'POST');
    answer(house, response, 405, refusal);
  };
}

/**
 * What went wrong before GraphQL: mostly a body that cannot be read. Its text is neither repeated nor
 * logged, since it may hold secrets; the parser's own error would quote it.
 */
function brokenRequest({ house, rates }: Rooms): ErrorRequestHandler {
  return async (error: { status?: unknown; type?: unknown }, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (isUnavailable(error)) {
      response.set('retry-after', retryAfterSeconds);
      return answer(house, response, 503, unavailable());
    }
    if (error instanceof CallerError) return refuse({ house, rates }, response, error);
    const status = typeof error.status === 'number' && error.status < 500 ? error.status : 500;
    if (status === 500) house.log.error('A request failed before GraphQL.', { error });
    if (status < 500) rates.misused((response.locals['viewer'] as Viewer | undefined)?.apiKeyId);
    answer(house, response, status, status === 500 ? fault() : unreadable(error.type));
  };
}

async function refuse(
  { house, rates }: Pick<Rooms, 'house' | 'rates'>,
  response: Response,
  error: CallerError,
): Promise<void> {
  const wait = secondsToWait(error);
  if (wait === undefined) {
    response.set('www-authenticate', 'Bearer');
    return answer(house, response, 401, error);
  }
  await rates.hold();
  response.set('retry-after', String(wait));
  answer(house, response, 429, error);
}

function unreadable(type: unknown): CallerError {
  if (type === 'entity.too.large') {
    const remedy = 'Send less at once: fewer or shorter values, or several requests.';
    return new CallerError('INVALID_INPUT', `The body is larger than ${bodyLimit}.`, { remedy });
  }
  const remedy = 'Send JSON in UTF-8 with `content-type: application/json`.';
  return new CallerError('INVALID_INPUT', 'The body cannot be read as JSON.', { remedy });
}

function fault(): { code: ErrorCode; message: string; remedy: string } {
  return { code: 'INTERNAL', message: 'Something went wrong on our side.', remedy: 'Try again.' };
}

function answer(
  { metrics }: House,
  response: Response,
  status: number,
  { message, code, remedy }: { message: string; code: ErrorCode; remedy: string | undefined },
): void {
  metrics.count('patchbay_refusals_total', { code });
  response.status(status).json({ errors: [{ message, extensions: { code, remedy } }] });
}
