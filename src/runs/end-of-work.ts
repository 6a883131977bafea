import { LeaseLost, type Order } from './lease.js';

/** Somebody wants the run to stop; everything up to here is stored. */
export class Interrupted extends Error {
  constructor(readonly wanted: Exclude<Order, 'run'>) {
    super(`The run is to ${wanted}.`);
  }
}

/** How long the pages in hand may take once the run is to stop. */
const patienceMs = 10_000;

/** Ends the work on a run: after the pages in hand, which are stored first, or at once. */
export class EndOfWork {
  readonly #afterPage = new AbortController();
  readonly #atOnce = new AbortController();
  #patience: NodeJS.Timeout | undefined;

  /** Aborts when no further page is to be begun. */
  readonly afterPage = this.#afterPage.signal;
  /** Aborts when even the pages in hand are to be dropped. */
  readonly atOnce = this.#atOnce.signal;

  constructor(readonly stopping: AbortSignal) {
    if (stopping.aborted) this.#stop();
    else stopping.addEventListener('abort', this.#stop, { once: true });
  }

  /** Somebody wants it to end. */
  ask(reason: Interrupted): void {
    this.#afterPage.abort(reason);
    this.#patience ??= setTimeout(() => this.cut(reason), patienceMs);
  }

  /** It must end now. */
  cut(reason: Interrupted | LeaseLost): void {
    this.#afterPage.abort(reason);
    this.#atOnce.abort(reason);
  }

  /** The work has ended. */
  close(): void {
    clearTimeout(this.#patience);
    this.stopping.removeEventListener('abort', this.#stop);
  }

  readonly #stop = (): void => this.ask(new Interrupted('stop'));
}

/** Why work was broken off: a lost lease, what somebody wants of the run, or else that the process stops. */
export function interruptionOf({ reason }: AbortSignal, error?: unknown): Error {
  if (error instanceof Interrupted) return error;
  return reason instanceof Interrupted || reason instanceof LeaseLost ? reason : new Interrupted('stop');
}
