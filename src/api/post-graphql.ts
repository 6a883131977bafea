import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { CallerError } from '../core/errors.js';
import type { House, Scope, Viewer } from '../scope.js';
import { type Answer, runAccepted } from './accepted-operation.js';
import { readJson } from './json-body.js';
import { clientGone, setDeadline } from './limits/deadline.js';
import type { Reading } from './limits/reading.js';
import { answer, refuse } from './refusals.js';
import { type Rooms, scopeFor, viewerOf } from './scope-for.js';

/** Headers of every answer, whatever it is. */
export const always = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/** Of a request, these mean something to Apollo. */
const heard = ['content-type', 'accept', 'x-apollo-operation-name', 'apollo-require-preflight'] as const;

export interface Served {
  readonly schema: GraphQLSchema;
  readonly rooms: Rooms;
  readonly apollo: ApolloServer<Scope>;
  readonly reading: Reading;
}

/** Whether an address is that of the API. */
export function isGraphql(url = ''): boolean {
  return /^\/graphql\/?(?:\?|$)/i.test(url);
}

/** `POST /graphql`, straight from the server to GraphQL: a web framework in between costs as much as a query. */
export function graphqlOverPost(served: Served, graphiql: boolean): RequestListener {
  return (request, response) => {
    if (request.method === 'POST') return void serve(served, request, response);
    sayAlways(response);
    onlyPost(served.rooms.house, request, response, graphiql);
  };
}

async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { rooms, schema, reading } = served;
  const { authorization, accept } = request.headers;
  let viewer: Viewer | undefined;
  try {
    // Before the body is read: strangers make us read nothing.
    viewer = await viewerOf(rooms, authorization, rooms.addressOf(request));
    const scope = scopeOf(rooms, response, viewer);
    const body = await readJson(request, response);
    const run = async (): Promise<Answer> =>
      (await runAccepted({ schema, reading, house: rooms.house }, scope, { accept, body })) ??
      readAndRun(served, scope, request, body);
    const { status, headers, text } = await rooms.house.traces.goOnFrom(traceparentOf(request, viewer), run);
    // Head and body leave together, since both are text.
    response.writeHead(status, { ...always, ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
  } catch (error) {
    sayAlways(response);
    await refuse(rooms, response, error, viewer?.apiKeyId);
  }
}

/** Of the operator's own programs. Strangers and customers do not decide what is traced here. */
function traceparentOf({ headers }: IncomingMessage, { role }: Viewer): string | undefined {
  const { traceparent } = headers;
  return role === 'customer' || typeof traceparent !== 'string' ? undefined : traceparent;
}

async function readAndRun(
  { apollo, reading }: Served,
  scope: Scope,
  request: IncomingMessage,
  body: unknown,
): Promise<Answer> {
  try {
    await reading.begin(scope, body);
    const { status, headers, ...said } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: headersOf(request), search: '', body },
      context: async () => scope,
    });
    if (said.body.kind !== 'complete') throw new Error('Nothing is answered in parts.');
    return { status: status ?? 200, headers: Object.fromEntries(headers), text: said.body.string };
  } finally {
    reading.end(scope);
  }
}

function sayAlways(response: ServerResponse): void {
  for (const [name, value] of Object.entries(always)) response.setHeader(name, value);
}

/** A fresh scope for one operation. Its signal aborts when the answer has left, the client has gone, or the time is up. */
function scopeOf(rooms: Rooms, response: ServerResponse, viewer: Viewer): Scope {
  const ended = new AbortController();
  const over = setDeadline(ended, rooms.limits.deadlineMs);
  response.once('close', () => {
    over();
    ended.abort(clientGone);
  });
  return scopeFor(rooms, viewer, ended.signal);
}

function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const name of heard) {
    const value = headers[name];
    if (typeof value === 'string') map.set(name, value);
  }
  return map;
}

/** Whoever opens the address in a browser is led to the page. */
function onlyPost(
  house: House,
  { method, headers: { accept = '' } }: IncomingMessage,
  response: ServerResponse,
  graphiql: boolean,
): void {
  if (graphiql && method === 'GET' && accept.startsWith('text/html')) {
    response.writeHead(302, { location: '/graphiql' }).end();
    return;
  }
  response.setHeader('allow', 'POST');
  const refusal = new CallerError('INVALID_INPUT', 'This address takes POST requests and WebSockets.', {
    remedy: 'Send a POST with `content-type: application/json` and a body of `query` and `variables`.',
  });
  answer(house, response, 405, refusal);
}
