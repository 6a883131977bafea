import type { ExecutionResult } from 'graphql';

type Results = AsyncGenerator<ExecutionResult>;

/** So many snapshots wait for a reader that is slow. */
const mostWaiting = 8;

/**
 * A subscription whose events are taken as they come, so that nothing piles up behind a slow reader. Every event
 * is a state: of those that wait too long only the latest is kept. Errors are never dropped.
 */
export function bounded(events: Results): Results {
  const line = new Line();
  void pump(events, line);
  const stream = {
    next: () => line.next(),
    return: (value: unknown) => {
      line.end();
      return events.return(value);
    },
    throw: (error: unknown) => events.throw(error),
    [Symbol.asyncIterator]: () => stream as unknown as Results,
  };
  return stream as unknown as Results;
}

async function pump(events: Results, line: Line): Promise<void> {
  try {
    for await (const event of events) line.push(event);
    line.end();
  } catch (error) {
    line.end(error);
  }
}

/** What waits, and who waits for it. */
class Line {
  #waiting: ExecutionResult[] = [];
  #over: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(event: ExecutionResult): void {
    if (this.#waiting.length >= mostWaiting)
      this.#waiting = this.#waiting.filter(({ errors }) => errors !== undefined).slice(0, mostWaiting);
    this.#waiting.push(event);
    this.#wake?.();
  }

  end(error?: unknown): void {
    this.#over ??= { error };
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event !== undefined) return { done: false, value: event };
      if (this.#over?.error !== undefined) throw this.#over.error;
      if (this.#over !== undefined) return { done: true, value: undefined };
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }
}
