import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { BrokenPromise, CallerError, type ErrorCode, PatchbayError } from '../core/errors.js';
import type { Log } from '../core/ports.js';
import { isUnavailable } from '../core/unavailable.js';
import type { House, Scope } from '../scope.js';
import { missedDeadline } from './limits/deadline.js';
import { placeOf } from './place-in-document.js';

/** Codes of the GraphQL protocol: the request never reached us. Each with its remedy. */
const protocolCodes: Readonly<Partial<Record<ErrorCode, string>>> = {
  GRAPHQL_PARSE_FAILED: 'Correct the syntax of the document.',
  GRAPHQL_VALIDATION_FAILED: 'Correct the document; introspection and schema.graphql show what there is.',
  OPERATION_RESOLUTION_FAILURE: 'Name in `operationName` one of the operations of the document.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Send the document itself.',
  BAD_REQUEST: 'Send a POST with `content-type: application/json` and a body of `query` and `variables`.',
};

/**
 * What leaves the house of an error: nothing of its cause, no stack, no SQL. What is our fault is logged with a
 * reference. Each is counted.
 */
export function formatError(
  error: GraphQLError,
  { log, metrics }: Pick<House, 'log' | 'metrics'>,
): GraphQLFormattedError {
  const { message, code, remedy, field } = explain(error, log);
  metrics.count('patchbay_refusals_total', { code });
  const { path, locations } = error;
  const extensions = { code, ...(remedy !== undefined && { remedy }), ...(field !== undefined && { field }) };
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

interface Explanation {
  readonly message: string;
  readonly code: ErrorCode;
  readonly remedy?: string | undefined;
  readonly field?: string | undefined;
}

function explain(error: GraphQLError, log: Log): Explanation {
  const origin = originOf(error);
  if (origin instanceof PatchbayError && !(origin instanceof BrokenPromise)) return origin;
  if (isUnavailable(origin)) return unavailable();
  if (isMalformedId(origin)) return nothingOfThatId();
  if (isOutOfBounds(origin)) return outOfBounds();
  return (origin instanceof GraphQLError && explainRequest(error, origin)) || internal(origin, log);
}

/** What was thrown first. GraphQL wraps errors, more than once. */
function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError != null ? originOf(error.originalError) : error;
}

/** Seconds after which a client may try again. */
export const retryAfterSeconds = '2';

/** Whether any of these errors says that the database cannot be reached. */
export function blamesDatabase(errors: readonly Error[]): boolean {
  return errors.some(error => isUnavailable(originOf(error)));
}

/** The one error of an operation that was given up, whatever came of it; undefined for all others. */
export function tellTooLate(scope: Pick<Scope, 'signal'>, house: House): GraphQLFormattedError | undefined {
  const missed = missedDeadline(scope);
  return missed && formatError(new GraphQLError(missed.message, { originalError: missed }), house);
}

export function unavailable(): CallerError {
  return new CallerError('UNAVAILABLE', 'The hub cannot reach its database at the moment.', {
    remedy: 'Try again in a few seconds.',
  });
}

/** Errors of GraphQL itself about what was asked; undefined for its errors about what we answered. */
function explainRequest(error: GraphQLError, origin: GraphQLError): Explanation | undefined {
  const [, variable] = /^Variable "\$(\w+)" got invalid value /.exec(error.message) ?? [];
  const told = withoutValues(origin.message);
  if (isAboutInput(error, origin)) {
    const message = variable === undefined ? told : `Variable "$${variable}" has an invalid value: ${told}`;
    const field =
      pathOf(error, origin) ?? /^(?:Variable "\$|Argument ")(\w+)"/.exec(error.message)?.[1] ?? placeIn(error);
    const remedy = `Correct ${field === undefined ? 'the value' : `\`${field}\``}; the schema says what it may be.`;
    return { message, code: 'INVALID_INPUT', field, remedy };
  }
  const code = String(error.extensions['code'] ?? '') as ErrorCode;
  const remedy = protocolCodes[code];
  return remedy === undefined ? undefined : { message: told, code, remedy, field: placeIn(error) };
}

/** Where in the arguments of the document the fault is, or what is missing there. */
function placeIn({ message, nodes }: GraphQLError): string | undefined {
  const place = placeOf(nodes?.[0]);
  const [, argument, member] =
    /^(?:Field "\w+" argument "(\w+)" of type|Field "\w+\.(\w+)" of required type)/.exec(message) ?? [];
  return member === undefined ? (argument ?? place) : place && `${place}.${member}`;
}

/** `Variable … got invalid value … at "input.from"; ` stands before what the value's own error says. */
function pathOf({ message }: GraphQLError, origin: GraphQLError): string | undefined {
  const end = message.length - `"; ${origin.message}`.length;
  if (end < 0 || !message.endsWith(`"; ${origin.message}`)) return undefined;
  const start = message.lastIndexOf(' at "', end);
  const path = message.slice(start + 5, end);
  return start >= 0 && /^[\w.[\]]+$/.test(path) ? path : undefined;
}

function isAboutInput(error: GraphQLError, origin: GraphQLError): boolean {
  const codes = [error.extensions['code'], origin.extensions['code']];
  if (codes.includes('INVALID_INPUT') || codes.includes('BAD_USER_INPUT')) return true;
  // Found out only when a field is reached, such as a null in a variable where the argument allows none.
  if (origin.message.startsWith('Argument "')) return true;
  return error.path === undefined && error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/**
 * GraphQL repeats what it was given, which may be a secret in the wrong place. Values can be as long as a request, so
 * nothing here may look for its beginning more than once: every pattern stands at the start.
 */
function withoutValues(message: string): string {
  const echo = message.indexOf(': ', message.indexOf(' cannot represent ') + 1);
  if (/^\w+ cannot represent /.test(message) && echo >= 0) return `${message.slice(0, echo)}.`;
  return message
    .replace(/^(Variable "\$\w+") got invalid value [\s\S]*$/, '$1 has an invalid value.')
    .replace(/^(Argument "\w+" has invalid value) [\s\S]*$/, '$1.')
    .replace(/^(Expected value of type "[^"]*"), found [\s\S]*$/, '$1.')
    .replace(/^Value "[\s\S]*" does not exist/, 'The value does not exist')
    .replace(/^Unknown operation named "[\s\S]*"/, 'There is no operation of this name')
    .replace(/^(Syntax Error: .{0,100}?)(?:Block)?String "[\s\S]*"/, '$1a string');
}

export function nothingOfThatId(field?: string): CallerError {
  return new CallerError('NOT_FOUND', 'Nothing has this id.', {
    ...(field !== undefined && { field }),
    remedy: 'Check the id; the hub gives ids out as UUIDs.',
  });
}

/** An id that is not even an id is the id of nothing. */
export function isMalformedId(origin: unknown): boolean {
  const { code, message = '' } = (origin ?? {}) as { code?: unknown; message?: string };
  return code === '22P02' && message.includes('type uuid');
}

/** Values that GraphQL takes and PostgreSQL does not, such as a time in the year 0. */
function isOutOfBounds(origin: unknown): boolean {
  const { code } = (origin ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^22(003|007|008|009|021|P05)$/.test(code);
}

function outOfBounds(): CallerError {
  return new CallerError('INVALID_INPUT', 'A value is out of bounds.', { remedy: 'Correct the values and try again.' });
}

function internal(origin: unknown, log: Log): Explanation {
  const reference = randomUUID();
  log.error('A request failed by a fault of ours.', { reference, error: origin });
  return {
    message: `Something went wrong on our side. Reference: ${reference}`,
    code: 'INTERNAL',
    remedy: 'Try again; if it stays, give the reference to whoever runs this hub.',
  };
}
