import type { ExecutionResult } from 'graphql';

/** So many snapshots wait for a reader that is slow. */
const mostWaiting = 8;

/**
 * What waits for one reader of a subscription. Every event is a state: of those that wait too long only the latest is
 * kept, so that nothing piles up. Errors are never dropped.
 */
export class Line {
  #waiting: ExecutionResult[] = [];
  #over: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(event: ExecutionResult): void {
    if (this.#over !== undefined) return;
    if (this.#waiting.length >= mostWaiting)
      this.#waiting = this.#waiting.filter(({ errors }) => errors !== undefined).slice(0, mostWaiting);
    this.#waiting.push(event);
    this.#wake?.();
  }

  /** What waits is still read. */
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
