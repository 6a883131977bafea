import {
  getNamedType,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { CallerError } from '../../core/errors.js';
import type { Scope } from '../../scope.js';

/** For an operation that asks a platform, which may be slow or want to be asked again. */
const platformDeadlineMs = 30_000;

/** A mutation's field says so of itself: `@Extensions({ asksPlatform: true })`. */
const asks = 'asksPlatform';

const deadlines = new WeakMap<AbortSignal, (afterMs: number) => void>();

/** Aborts the controller when the time is up. @returns what to call when the operation is over. */
export function setDeadline(ended: AbortController, afterMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const set = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => ended.abort(tooSlow(ms)), ms).unref();
  };
  set(afterMs);
  deadlines.set(ended.signal, set);
  return () => clearTimeout(timer);
}

/** More time for an operation that asks a platform. */
export function allowForPlatforms(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  signal: AbortSignal,
): void {
  const fields = schema.getRootType(operation.operation)?.getFields() ?? {};
  const slow = operation.selectionSet.selections.some(
    node => node.kind === Kind.FIELD && fields[node.name.value]?.extensions[asks] === true,
  );
  if (slow) deadlines.get(signal)?.(platformDeadlineMs);
}

/** Why the signal of an operation aborts whose client has gone; nobody is left to read it. */
export const clientGone = new CallerError('DEADLINE_EXCEEDED', 'The client has gone.');

function tooSlow(afterMs: number): CallerError {
  return new CallerError('DEADLINE_EXCEEDED', `The operation was given up after ${afterMs / 1_000} seconds.`, {
    remedy:
      'Ask for less at once. A mutation may still have been done: look, or send it again with the same `idempotencyKey`.',
  });
}

/** The error of the deadline, when it was this that ended the operation. */
export function missedDeadline({ signal }: Pick<Scope, 'signal'>): CallerError | undefined {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  return reason instanceof CallerError ? reason : undefined;
}

/**
 * Lets go of whatever an operation waits for as soon as its signal aborts, and begins nothing new: GraphQL itself
 * would wait for ever. Fields that only read a value are left as they are.
 */
export function stopWhenAborted(schema: GraphQLSchema): void {
  const roots: unknown[] = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve === undefined) continue;
      if (roots.includes(type) || isObjectType(getNamedType(field.type))) field.resolve = stoppable(field.resolve);
    }
  }
}

type Resolve = GraphQLFieldResolver<unknown, Scope>;

function stoppable(resolve: Resolve): Resolve {
  return (source, args, scope, info) => {
    scope.signal.throwIfAborted();
    const value: unknown = resolve(source, args, scope, info);
    return value instanceof Promise ? Promise.race([value, aborted(scope.signal)]) : value;
  };
}

const abortions = new WeakMap<AbortSignal, Promise<never>>();

/** One promise for all that waits on a signal. */
function aborted(signal: AbortSignal): Promise<never> {
  const known = abortions.get(signal);
  if (known !== undefined) return known;
  const abortion = new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  abortion.catch(() => undefined);
  abortions.set(signal, abortion);
  return abortion;
}
