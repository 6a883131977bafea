import type { Scope } from '../../scope.js';
import type { Rates } from './rates.js';
import { ReadDocuments } from './read-documents.js';
import { Turns } from './turns.js';

/**
 * The reading of documents that nobody has read before, which stops everybody while it lasts. Each key has one read at a
 * time, so that a burst of bad ones ends with the first: by the turn of the next its key has to wait.
 */
export class Reading {
  readonly documents = new ReadDocuments();
  readonly #turns = new Turns();
  readonly #reading = new WeakMap<Scope, () => void>();

  constructor(readonly rates: Rates) {}

  /** Resolves when it may be read. @throws CallerError RATE_LIMITED */
  async begin(scope: Scope, body: unknown): Promise<void> {
    const { query } = (body ?? {}) as { readonly query?: unknown };
    if (typeof query !== 'string' || this.documents.has(query)) return;
    const { apiKeyId } = scope.viewer;
    this.#reading.set(scope, await this.#turns.take(apiKeyId ?? ''));
    this.rates.isWelcome(apiKeyId);
  }

  /** Called again, it does nothing. */
  end(scope: Scope): void {
    this.#reading.get(scope)?.();
    this.#reading.delete(scope);
  }
}
