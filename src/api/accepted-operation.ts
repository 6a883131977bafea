import {
  execute,
  type ExecutionResult,
  getOperationAST,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { House, Scope } from '../scope.js';
import { blamesDatabase, formatError, retryAfterSeconds, tellTooLate } from './format-error.js';
import { asksSchemaAlone } from './known-introspection.js';
import { allowForPlatforms } from './limits/deadline.js';
import { weighed } from './limits/document.js';
import type { Reading } from './limits/reading.js';
import { countOperation, outcomeOf } from './metrics.js';

export interface Kitchen {
  readonly schema: GraphQLSchema;
  readonly house: House;
  readonly reading: Reading;
}

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

const json = 'application/json; charset=utf-8';
const graphqlJson = 'application/graphql-response+json; charset=utf-8';

/** What programs say that they take, and what they get. */
const types: ReadonlyMap<string, string> = new Map([
  ['*/*', json],
  ['application/json', json],
  ['application/json, multipart/mixed', json],
  ['application/graphql-response+json, application/json', graphqlJson],
  ['application/graphql-response+json,application/json;q=0.9', graphqlJson],
]);

/**
 * Runs an operation whose document was accepted before, as nearly all are, and answers as Apollo does. The way through
 * Apollo takes as long as all else that is done for a query by id.
 *
 * @returns undefined, with nothing done, when there is something to read, to choose or to refuse: that is Apollo's.
 */
export async function runAccepted(
  { schema, house, reading }: Kitchen,
  scope: Scope,
  { accept = '*/*', body }: { readonly accept: string | undefined; readonly body: unknown },
): Promise<Answer | undefined> {
  const startedAt = performance.now();
  const type = types.get(accept);
  if (type === undefined || !isUsual(body)) return undefined;
  const { query, operationName, variables } = body;
  const document = reading.documents.find(query);
  const operation = document && getOperationAST(document, operationName);
  if (document === undefined || operation == null || isApart(operation)) return undefined;
  const variableValues = variables ?? {};
  const { cost, fault } = weighed(schema, { document, operation, variables: variableValues });
  if (fault !== undefined || !mayRun(reading, scope, cost)) return undefined;
  allowForPlatforms(schema, operation, scope.signal);
  const result = await execute({ schema, document, operationName, variableValues, contextValue: scope });
  const { told, ...answer } = answerOf(result, scope, house);
  const outcome = outcomeOf((told.errors ?? []).map(({ extensions }) => extensions?.['code']));
  countOperation(house.metrics, { kind: operation.operation, transport: 'http', outcome, startedAt });
  return { ...answer, headers: { 'content-type': type, ...answer.headers }, text: `${JSON.stringify(told)}\n` };
}

const members = new Set(['query', 'variables', 'operationName']);

function isUsual(body: unknown): body is Asked {
  if (typeof body !== 'object' || body === null || !Object.keys(body).every(name => members.has(name))) return false;
  const { query, variables, operationName } = body as Readonly<Record<keyof Asked, unknown>>;
  return (
    typeof query === 'string' &&
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || (typeof variables === 'object' && !Array.isArray(variables)))
  );
}

/** What runs elsewhere: over sockets, or from memory. */
function isApart(operation: OperationDefinitionNode): boolean {
  return operation.operation === 'subscription' || asksSchemaAlone(operation);
}

/** When it may not, nothing was taken, so that Apollo can find out and refuse. */
function mayRun({ rates }: Reading, { viewer }: Scope, cost: number): boolean {
  try {
    rates.runs(viewer.apiKeyId, cost);
    return true;
  } catch {
    return false;
  }
}

interface Told {
  readonly errors?: readonly GraphQLFormattedError[];
  readonly data?: ExecutionResult['data'];
}

function answerOf(
  { errors, data }: ExecutionResult,
  scope: Scope,
  house: House,
): Omit<Answer, 'text'> & { readonly told: Told } {
  const tooLate = tellTooLate(scope, house);
  if (tooLate !== undefined) return { status: 504, headers: {}, told: { errors: [tooLate] } };
  if (errors === undefined) return { status: 200, headers: {}, told: { data } };
  const told: Told = { errors: errors.map(error => formatError(error, house)), ...(data !== undefined && { data }) };
  if (blamesDatabase(errors)) return { status: 503, headers: { 'retry-after': retryAfterSeconds }, told };
  // Without data nothing was run: the variables do not fit.
  return { status: data === undefined ? 400 : 200, headers: {}, told };
}
