import type { ExecutionResult } from 'graphql';
import type { OperationResult } from 'graphql-ws';
import { bounded } from './bounded-stream.js';

/**
 * A generator that waits for its next event does not hear `return()`: only the scope's signal wakes it.
 * So the signal aborts first, the moment the client completes the subscription or hangs up.
 */
export function freedAtOnce(
  result: OperationResult,
  ended: AbortController | undefined,
): AsyncGenerator<ExecutionResult> | undefined {
  if (ended === undefined || !isStream(result)) return undefined;
  const events = bounded(result[Symbol.asyncIterator]() as AsyncGenerator<ExecutionResult>);
  const freed = {
    next: () => events.next(),
    return: (value: unknown) => {
      ended.abort();
      return events.return(value);
    },
    throw: (error: unknown) => events.throw(error),
    [Symbol.asyncIterator]: () => freed as unknown as AsyncGenerator<ExecutionResult>,
  };
  return freed as unknown as AsyncGenerator<ExecutionResult>;
}

function isStream(result: unknown): result is AsyncIterable<ExecutionResult> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}
