import type { ExecutionResult } from 'graphql';
import { clientGone } from './limits/deadline.js';
import { Line } from './line.js';

type Results = AsyncGenerator<ExecutionResult>;
/** Begins a subscription; it is to end when the signal aborts. */
type Begin = (signal: AbortSignal) => Promise<Results | ExecutionResult> | Results | ExecutionResult;

/** Whoever comes later gets a beginning of their own: the first event is the present state. */
const sharedForMs = 1_000;

/**
 * Subscriptions that are the same run once, however many follow them: each event is made once, and told to all. Those
 * are the same that ask for the same, may see the same, and came within a second.
 */
export class SharedSubscriptions {
  readonly #sources = new Map<string, Source>();

  /** @param name says all that what is told depends on. @param signal aborts when this follower leaves. */
  join(name: string, begin: Begin, signal: AbortSignal): Promise<Results | ExecutionResult> {
    const known = this.#sources.get(name);
    if (known?.takesMore === true) return known.join(signal);
    const source = new Source(begin, () => {
      if (this.#sources.get(name) === source) this.#sources.delete(name);
    });
    this.#sources.set(name, source);
    return source.join(signal);
  }
}

/** A subscription that runs, and who follows it. */
class Source {
  readonly #lines = new Set<Line>();
  readonly #ended = new AbortController();
  readonly #beganAt = performance.now();
  readonly #results: Promise<Results | ExecutionResult>;
  #latest: ExecutionResult | undefined;

  constructor(
    begin: Begin,
    readonly over: () => void,
  ) {
    this.#results = (async () => begin(this.#ended.signal))();
    this.#results.then(results => (isStream(results) ? this.#tell(results) : this.#close()), this.#close);
  }

  get takesMore(): boolean {
    return !this.#ended.signal.aborted && performance.now() - this.#beganAt < sharedForMs;
  }

  async join(signal: AbortSignal): Promise<Results | ExecutionResult> {
    const line = new Line();
    if (this.#latest !== undefined) line.push(this.#latest);
    this.#lines.add(line);
    const leave = (): void => this.#leave(line);
    signal.addEventListener('abort', leave, { once: true });
    const results = await this.#results;
    if (!isStream(results)) return results;
    if (signal.aborted) leave();
    return streamOf(line, leave);
  }

  async #tell(events: Results): Promise<void> {
    let failure: unknown;
    try {
      for await (const event of events) {
        this.#latest = event;
        for (const line of this.#lines) line.push(event);
      }
    } catch (error) {
      failure = error;
    }
    this.#close();
    for (const line of this.#lines) line.end(failure);
  }

  /**
   * A generator that waits for its next event does not hear `return()`: only the signal wakes it. It aborts the moment the last
   * follower completes the subscription or hangs up.
   */
  #leave(line: Line): void {
    line.end();
    this.#lines.delete(line);
    if (this.#lines.size === 0) this.#close();
  }

  #close = (): void => {
    this.over();
    this.#ended.abort(clientGone);
  };
}

function streamOf(line: Line, leave: () => void): Results {
  const stream = {
    next: () => line.next(),
    return: async (value: unknown) => {
      leave();
      return { done: true, value };
    },
    throw: async (error: unknown) => {
      leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream as unknown as Results,
  };
  return stream as unknown as Results;
}

function isStream(results: Results | ExecutionResult): results is Results {
  return Symbol.asyncIterator in results;
}
