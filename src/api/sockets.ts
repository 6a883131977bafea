import { hash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type OperationTypeNode,
  subscribe,
} from 'graphql';
import { handleProtocols, makeServer, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { CallerError, type ErrorCode } from '../core/errors.js';
import type { House, Scope, Viewer } from '../scope.js';
import { formatError } from './format-error.js';
import { allowForPlatforms, clientGone, setDeadline } from './limits/deadline.js';
import { Buckets } from './limits/buckets.js';
import { secondsToWait } from './limits/rates.js';
import type { Reading } from './limits/reading.js';
import { countOperation, outcomeOf } from './metrics.js';
import { prepareOperation } from './operation.js';
import { isOurOrigin } from './origin.js';
import { type Rooms, scopeFor, viewerOf } from './scope-for.js';
import { linkTo, pinger } from './socket-link.js';
import { SharedSubscriptions } from './shared-subscriptions.js';
import { slowReaders } from './slow-readers.js';

/** One socket: who holds it and what runs on it. */
export interface Visit {
  readonly socket: WebSocket;
  readonly address: string | undefined;
  viewer: Viewer | undefined;
  /** What to call when an operation is over, by what asked for it. */
  readonly running: Map<SubscribePayload, Running>;
}
interface Running {
  readonly ended: AbortController;
  readonly kind: OperationTypeNode;
  readonly startedAt: number;
  outcome: ReturnType<typeof outcomeOf>;
  over(): void;
}

/** What a socket is closed with: the number of its protocol, our code, and what to do. */
type Parting = readonly [close: number, code: ErrorCode, words: string];

export interface Sockets {
  readonly visits: ReadonlySet<Visit>;
  /** Asks every client to go (1001), and hangs up on those that do not. */
  close(patienceMs: number): Promise<void>;
}

type Hooks = ServerOptions<Record<string, unknown>, Visit>;

const largestFrame = 64 * 1024;
const initWithinMs = 3_000;
const pingEveryMs = 12_000;
const lookForSlowEveryMs = 1_000;
const partingMs = 1_000;

/** GraphQL over WebSocket, at the path of the HTTP API. */
export function openSockets(
  server: Server,
  { schema, rooms, reading }: { readonly schema: GraphQLSchema; readonly rooms: Rooms; readonly reading: Reading },
  publicUrl: string | undefined,
): Sockets {
  const { house } = rooms;
  const { log } = house;
  const listener = new WebSocketServer({
    ...{ server, path: '/graphql', maxPayload: largestFrame, handleProtocols },
    verifyClient: ({ req }: { req: IncomingMessage }, answer: (ok: boolean, status?: number) => void) =>
      isOurOrigin(req, publicUrl) ? answer(true) : answer(false, 403),
  });
  // The HTTP server's own errors come here too, and are handled where it is started.
  listener.on('error', () => undefined);
  const visits = new Set<Visit>();
  const protocol = makeServer(hooks({ schema, documents: reading.documents }, rooms, visits));

  listener.on('connection', (socket, request) => {
    const visit: Visit = { socket, address: rooms.addressOf(request), viewer: undefined, running: new Map() };
    visits.add(visit);
    // Frames too large or malformed; the socket is closed by its library.
    socket.on('error', error => log.debug('A socket failed.', { error }));
    const messages = new Buckets(rooms.limits.messages);
    const left = protocol.opened(
      linkTo(socket, log, () => listenTo(house, visit, messages)),
      visit,
    );
    socket.once('close', (code, reason) => {
      visits.delete(visit);
      void left(code, String(reason));
    });
  });
  const ping = pinger();
  const pinging = setInterval(() => listener.clients.forEach(ping), pingEveryMs).unref();
  const dropSlow = slowReaders(log);
  const looking = setInterval(() => listener.clients.forEach(dropSlow), lookForSlowEveryMs).unref();

  return {
    visits,
    async close(patienceMs) {
      clearInterval(pinging);
      clearInterval(looking);
      for (const { socket } of visits) socket.close(1001, 'The hub is going away.');
      const hangUp = setTimeout(() => listener.clients.forEach(client => void client.terminate()), patienceMs);
      await new Promise(resolve => listener.close(resolve));
      clearTimeout(hangUp);
    },
  };
}

/** Ends a visit: nothing more is said, what runs is freed at once, and whoever does not hang up is cut off. */
export function dismiss({ metrics }: House, { socket, running }: Visit, [close, code, words]: Parting): void {
  metrics.count('patchbay_refusals_total', { code });
  socket.close(close, `${code}: ${words}`);
  for (const { ended } of running.values()) ended.abort(clientGone);
  const cut = setTimeout(() => socket.terminate(), partingMs).unref();
  socket.once('close', () => clearTimeout(cut));
}

/** Whether to hear what a socket says. */
function listenTo(house: House, visit: Visit, messages: Buckets): boolean {
  if (visit.socket.readyState !== visit.socket.OPEN) return false;
  if (messages.take('') === 0) return true;
  dismiss(house, visit, [1008, 'RATE_LIMITED', 'too many messages.']);
  return false;
}

function hooks(read: Parameters<typeof prepareOperation>[0], rooms: Rooms, visits: ReadonlySet<Visit>): Hooks {
  const { house } = rooms;
  const shared = new SharedSubscriptions();
  const format = (errors: readonly GraphQLError[]) => errors.map(error => formatError(error, house));
  return {
    connectionInitWaitTimeout: initWithinMs,
    onConnect: ({ connectionParams, extra }) => admit(rooms, visits, extra, connectionParams?.['authorization']),
    onSubscribe: ({ extra }, _id, payload) => {
      const refusal = room(rooms, extra);
      if (refusal !== undefined) return [new GraphQLError(refusal.message, { originalError: refusal })];
      const prepared = prepareOperation(read, payload, (operation, cost) =>
        begin(read.schema, rooms, extra, { payload, operation, cost }),
      );
      if ('length' in prepared) rooms.rates.misused(extra.viewer?.apiKeyId);
      return prepared;
    },
    subscribe: args => subscribeTogether(rooms, shared, args as Asking),
    onNext: ({ extra }, _id, payload, _args, { errors, ...result }) => {
      if (errors === undefined) return undefined;
      const told = format(errors);
      judge(house, extra, payload, told);
      return { ...result, errors: told };
    },
    onError: ({ extra }, _id, payload, errors) => {
      const told = format(errors);
      judge(house, extra, payload, told);
      return told;
    },
    onComplete: ({ extra }, _id, payload) => end(house, extra, payload),
    onClose: ({ extra }, code) => {
      // Whoever only holds a socket open is a stranger that failed.
      if (extra.viewer === undefined && code === 4408) rooms.rates.saidNothing(extra.address);
      for (const payload of extra.running.keys()) end(house, extra, payload);
    },
  } satisfies Hooks;
}

type Asking = ExecutionArgs & { readonly contextValue: Scope };

/** What is told depends on what is asked, and on who may see what. Which of their keys asks makes no difference. */
function subscribeTogether(
  rooms: Rooms,
  shared: SharedSubscriptions,
  args: Asking,
): ReturnType<SharedSubscriptions['join']> {
  const { document, operationName, variableValues, contextValue } = args;
  const { viewer, signal } = contextValue;
  const seen = [viewer.kind, viewer.role, viewer.customerId];
  const name = JSON.stringify([document.loc?.source.body, operationName, variableValues, ...seen]);
  const begin = (ended: AbortSignal) => subscribe({ ...args, contextValue: scopeFor(rooms, viewer, ended) });
  return shared.join(hash('sha256', name), begin as Parameters<SharedSubscriptions['join']>[1], signal);
}

async function admit(rooms: Rooms, visits: ReadonlySet<Visit>, visit: Visit, authorization: unknown): Promise<boolean> {
  try {
    const viewer = await viewerOf(rooms, authorization, visit.address, { anew: true });
    let held = 0;
    for (const other of visits) if (other.viewer?.apiKeyId === viewer.apiKeyId) held += 1;
    if (held >= rooms.limits.socketsPerKey) {
      const words = `at most ${rooms.limits.socketsPerKey} sockets per API key.`;
      dismiss(rooms.house, visit, [1013, 'RATE_LIMITED', words]);
      return false;
    }
    visit.viewer = viewer;
    return true;
  } catch (error) {
    turnAway(rooms, visit, error);
    return false;
  }
}

function turnAway({ house }: Rooms, visit: Visit, error: unknown): void {
  if (!(error instanceof CallerError)) {
    house.log.warn('A socket could not be admitted.', { error });
    return dismiss(house, visit, [1013, 'UNAVAILABLE', 'try again in a few seconds.']);
  }
  const wait = secondsToWait(error);
  if (wait !== undefined) return dismiss(house, visit, [1013, 'RATE_LIMITED', `try again in ${wait} s.`]);
  const words = 'send `authorization: "Bearer <key>"` in the connection_init payload.';
  dismiss(house, visit, [4401, 'UNAUTHENTICATED', words]);
}

/** Why no further operation may begin on this socket now. */
function room({ limits, rates }: Rooms, { viewer, running }: Visit): Error | undefined {
  if (running.size >= limits.operationsPerSocket) {
    return new CallerError('RATE_LIMITED', `At most ${limits.operationsPerSocket} operations run on one socket.`, {
      remedy: 'Complete others first.',
    });
  }
  try {
    rates.asksAgain(viewer?.apiKeyId);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

interface Asked {
  readonly payload: SubscribePayload;
  readonly operation: OperationDefinitionNode;
  readonly cost: number;
}

/** @throws CallerError RATE_LIMITED */
function begin(schema: GraphQLSchema, rooms: Rooms, visit: Visit, { payload, operation, cost }: Asked): Scope {
  const { viewer, running } = visit;
  if (viewer === undefined) throw new Error('A socket was not admitted.');
  rooms.rates.runs(viewer.apiKeyId, cost);
  const ended = new AbortController();
  const lasts = operation.operation === 'subscription';
  const over = lasts ? () => undefined : setDeadline(ended, rooms.limits.deadlineMs);
  allowForPlatforms(schema, operation, ended.signal);
  const kind = operation.operation;
  running.set(payload, { ended, over, kind, startedAt: performance.now(), outcome: 'answered' });
  return scopeFor(rooms, viewer, ended.signal);
}

/** Notes how an operation fares; one that never ran is counted at once. */
function judge(
  { metrics }: House,
  { running }: Visit,
  payload: SubscribePayload,
  errors: readonly GraphQLFormattedError[],
): void {
  const outcome = outcomeOf(errors.map(({ extensions }) => extensions?.['code']));
  const one = running.get(payload);
  if (one !== undefined) one.outcome = outcome;
  else countOperation(metrics, { kind: 'none', transport: 'socket', outcome, startedAt: performance.now() });
}

function end({ metrics }: House, { running }: Visit, payload: SubscribePayload): void {
  const one = running.get(payload);
  if (one === undefined) return;
  countOperation(metrics, { ...one, transport: 'socket' });
  one.over();
  one.ended.abort(clientGone);
  running.delete(payload);
}
