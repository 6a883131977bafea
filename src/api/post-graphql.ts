import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { CallerError } from '../core/errors.js';
import type { House, Scope, Viewer } from '../scope.js';
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
  readonly rooms: Rooms;
  readonly apollo: ApolloServer<Scope>;
  readonly reading: Reading;
}

/** Whether an address is that of the API. */
export function isGraphql(url = ''): boolean {
  return /^\/graphql\/?(?:\?|$)/i.test(url);
}

/** `POST /graphql`, straight from the server to Apollo: a web framework in between costs as much as a query. */
export function graphqlOverPost({ rooms, apollo, reading }: Served, graphiql: boolean): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value);
    if (request.method !== 'POST') return onlyPost(rooms.house, request, response, graphiql);
    void serve({ rooms, apollo, reading }, request, response);
  };
}

async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { rooms } = served;
  let viewer: Viewer | undefined;
  try {
    // Before the body is read: strangers make us read nothing.
    viewer = await viewerOf(rooms, request.headers.authorization, rooms.addressOf(request));
    await run(served, scopeOf(rooms, response, viewer), request, response);
  } catch (error) {
    await refuse(rooms, response, error, viewer?.apiKeyId);
  }
}

async function run(
  { apollo, reading }: Served,
  scope: Scope,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readJson(request, response);
  try {
    await reading.begin(scope, body);
    const { status, headers, ...said } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: headersOf(request), search: '', body },
      context: async () => scope,
    });
    if (said.body.kind !== 'complete') throw new Error('Nothing is answered in parts.');
    const { string } = said.body;
    for (const [name, value] of headers) response.setHeader(name, value);
    // Head and body leave together, since both are text.
    response.writeHead(status ?? 200, { 'content-length': Buffer.byteLength(string) }).end(string);
  } finally {
    reading.end(scope);
  }
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
