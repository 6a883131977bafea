import { chance, type SimulatedReply, type SimulatedRequest } from '#connector';
import type { Account } from './account.js';
import { type CallItem, callItem } from './item.js';
import { type Clock, pageSize, type Rows, rowsOf } from './listing.js';
import { type Paged, turnPage } from './paging.js';
import {
  bodyRefusals,
  type CallsFilter,
  extensiveBody,
  filterRefusals,
  queryRefusals,
  selectorRefusals,
  transcriptBody,
} from './questions.js';
import { errorReply, nothingFound } from './reply.js';
import { openPool } from './transcripts.js';
import { userItem } from './user.js';

/** What changes in an account while it is open. */
export interface State {
  /** How often all cursors have been killed. */
  epoch: number;
  revealed: boolean;
}

export interface Route {
  /** What the ledger calls this question. */
  readonly kind: string;
  answer(request: SimulatedRequest, requestId: string, id: string): SimulatedReply;
}

interface Selector {
  readonly context?: string;
  readonly exposedFields?: { readonly parties?: boolean; readonly media?: boolean };
}
interface CallsBody {
  readonly cursor?: string;
  readonly filter?: CallsFilter;
  readonly contentSelector?: Selector;
}

/** Every endpoint, by method and path. */
export function openRoutes(account: Account, state: State): Readonly<Record<string, Route>> {
  const rows = remembered(account);
  const pool = openPool(account);
  const spoken = (position: number): boolean =>
    chance(account.seed, position, 112) >= (account.options.withoutTranscript ?? 0);
  const ids = (positions: readonly number[]): readonly string[] => positions.map(account.idOf);
  const paged = (request: SimulatedRequest, requestId: string, kind: string): Omit<Paged, 'cursor' | 'question'> => ({
    state,
    seed: account.seed,
    pageSize: account.options.recordsPerPage ?? pageSize,
    kind,
    requestId,
    cursorDied: request.cursorDied ?? false,
    // Only of calls: to list users twice costs nobody anything.
    isStuck: kind === 'list' && account.options.quirks?.includes('stuck-cursor') === true,
    place: `${request.method} ${request.path}`,
  });

  const workspaces: Route['answer'] = (request, requestId) => {
    const refusals = queryRefusals(request.query, []);
    if (refusals.length > 0) return errorReply(400, 'workspaces', requestId, ...refusals);
    return { status: 200, kind: 'workspaces', body: { requestId, workspaces: account.workspaces } };
  };

  const users: Route['answer'] = (request, requestId) => {
    const refusals = queryRefusals(request.query, ['cursor', 'includeAvatars']);
    if (refusals.length > 0) return errorReply(400, 'users', requestId, ...refusals);
    const { cursor, ...question } = Object.fromEntries(request.query);
    const all = () => ({ positions: account.users.map((_, index) => index), total: account.users.length });
    return turnPage({ ...paged(request, requestId, 'users'), cursor, question }, all, (positions, records) => ({
      body: { requestId, records, users: positions.map(index => userItem(account, index)) },
      served: [],
    }));
  };

  const plainList: Route['answer'] = (request, requestId) => {
    const { cursor, ...filter } = Object.fromEntries(request.query) as Record<string, string>;
    const missing = ['fromDateTime', 'toDateTime'].filter(name => !filter[name]).map(name => `${name} is missing`);
    const known = ['cursor', 'fromDateTime', 'toDateTime', 'workspaceId'];
    const refusals = [...queryRefusals(request.query, known), ...missing, ...filterRefusals(filter)];
    if (refusals.length > 0) return errorReply(400, 'list', requestId, ...refusals);
    const listed = (revealed: boolean): Rows => rows(filter, 'scheduled', revealed);
    const ask = { ...paged(request, requestId, 'list'), cursor, question: filter };
    return turnPage(ask, listed, (positions, records) => ({
      body: { requestId, records, calls: positions.map(position => callItem(account, position).metaData) },
      served: ids(positions),
    }));
  };

  const oneCall: Route['answer'] = (request, requestId, id) => {
    const refusals = queryRefusals(request.query, []);
    if (refusals.length > 0) return errorReply(400, 'call', requestId, ...refusals);
    const [position] = rows({ callIds: [id] }, 'started', state.revealed).positions;
    if (position === undefined) return nothingFound('call', requestId);
    return { status: 200, kind: 'call', body: { requestId, call: callItem(account, position).metaData }, served: [id] };
  };

  const richList: Route['answer'] = (request, requestId) => {
    const refusals = postRefusals(request, extensiveBody);
    if (refusals.length > 0) return errorReply(400, 'list', requestId, ...refusals);
    const { cursor, ...question } = request.body as CallsBody;
    const listed = (revealed: boolean): Rows => rows(question.filter ?? {}, 'started', revealed);
    return turnPage({ ...paged(request, requestId, 'list'), cursor, question }, listed, (positions, records) => {
      const calls = positions.map(position => select(callItem(account, position), question.contentSelector));
      return { body: { requestId, records, calls }, served: ids(positions) };
    });
  };

  const transcripts: Route['answer'] = (request, requestId) => {
    const refusals = postRefusals(request, transcriptBody);
    if (refusals.length > 0) return errorReply(400, 'transcripts', requestId, ...refusals);
    const { cursor, ...question } = request.body as CallsBody;
    const heard = (revealed: boolean): Rows => {
      const positions = rows(question.filter ?? {}, 'started', revealed).positions.filter(spoken);
      return { positions, total: new Set(positions).size };
    };
    const ask = { ...paged(request, requestId, 'transcripts'), cursor, question };
    return turnPage(ask, heard, (positions, records) => {
      const head = `{"requestId":"${requestId}","records":${JSON.stringify(records)},"callTranscripts":[`;
      return { body: pool.write(head, positions, ']}'), served: ids(positions) };
    });
  };

  return {
    'GET /v2/workspaces': { kind: 'workspaces', answer: workspaces },
    'GET /v2/users': { kind: 'users', answer: users },
    'GET /v2/calls': { kind: 'list', answer: plainList },
    'GET /v2/calls/{id}': { kind: 'call', answer: oneCall },
    'POST /v2/calls/extensive': { kind: 'list', answer: richList },
    'POST /v2/calls/transcript': { kind: 'transcripts', answer: transcripts },
  };
}

/** The pages of one listing are cut from the same rows; only the latest listings are kept. */
function remembered(account: Account): (filter: CallsFilter, clock: Clock, revealed: boolean) => Rows {
  const kept = new Map<string, Rows>();
  return (filter, clock, revealed) => {
    if (filter.callIds) return rowsOf(account, filter, clock, revealed);
    const key = JSON.stringify([filter, clock, revealed]);
    const rows = kept.get(key) ?? rowsOf(account, filter, clock, revealed);
    kept.delete(key);
    kept.set(key, rows);
    for (const oldest of kept.keys()) if (kept.size > 16) kept.delete(oldest);
    return rows;
  };
}

/** A cursor in the query of a POST is no mistake to the platform: it is not even looked at. */
function postRefusals(request: SimulatedRequest, shape: Parameters<typeof bodyRefusals>[1]): readonly string[] {
  const refusals = [...queryRefusals(request.query, ['cursor']), ...bodyRefusals(request.body, shape)];
  if (refusals.length > 0) return refusals;
  const { filter, contentSelector } = request.body as CallsBody;
  return [...filterRefusals(filter ?? {}), ...selectorRefusals(contentSelector ?? {})];
}

function select(item: CallItem, selector: Selector | undefined) {
  const related = selector?.context === 'Basic' || selector?.context === 'Extended';
  const parties = related ? item.parties : item.parties.map(party => ({ ...party, context: undefined }));
  return {
    metaData: item.metaData,
    ...(related ? { context: item.context } : {}),
    ...(selector?.exposedFields?.parties ? { parties } : {}),
    ...(selector?.exposedFields?.media ? { media: item.media } : {}),
  };
}
