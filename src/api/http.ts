import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { CallerError } from '../core/errors.js';
import { graphiqlRoutes } from './graphiql/routes.js';
import { type Health, healthRoutes } from './health.js';
import { type MetricsPage, metricsRoutes } from './metrics.js';
import { mailRoutes } from './pages/mail-routes.js';
import { connectRoutes } from './pages/routes.js';
import { always, graphqlOverPost, isGraphql, type Served } from './post-graphql.js';
import { answer, refuse } from './refusals.js';
import { inboundEvents } from './routes/inbound-event.js';
import { oauthCallback } from './routes/oauth-callback.js';
import type { Rooms } from './scope-for.js';

const welcome =
  'This is Patchbay, an integration hub for recorded calls.\nIts API is GraphQL: POST /graphql, subscriptions over a WebSocket at the same path.\nTo try it in a browser: /graphiql\n';

export interface Pages {
  readonly health: Health;
  readonly metrics: MetricsPage | undefined;
  /** Whether people may try queries in a page of ours. */
  readonly graphiql: boolean;
}

/** Everything that is asked over HTTP. */
export function httpApp(served: Served, pages: Pages): RequestListener {
  const graphql = graphqlOverPost(served, pages.graphiql);
  const others = inboundEvents(served.rooms, pagesOf(served.rooms, pages));
  return (request, response) => (isGraphql(request.url) ? graphql(request, response) : others(request, response));
}

function pagesOf(rooms: Rooms, { health, metrics, graphiql }: Pages): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.set(always);
    next();
  });
  app.get('/', (_request, response) => void response.type('text/plain').send(welcome));
  app.use(healthRoutes(health), metricsRoutes(rooms, metrics), oauthCallback(rooms));
  if (graphiql) app.use(graphiqlRoutes());
  app.use(connectRoutes(rooms), mailRoutes(rooms));
  const nothing = new CallerError('NOT_FOUND', 'There is nothing at this address.', { remedy: 'Use POST /graphql.' });
  app.use((_request, response) => answer(rooms.house, response, 404, nothing));
  app.use(((error: unknown, _request, response, next) =>
    response.headersSent ? next(error) : refuse(rooms, response, error)) satisfies ErrorRequestHandler);
  return app;
}
