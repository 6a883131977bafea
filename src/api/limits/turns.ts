import { setImmediate as everybodyElse } from 'node:timers/promises';

/** One thing after the other for each name. Between two of them everybody else gets a word in. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when it is this one's turn. @returns what to call when it is over. */
  async take(name: string): Promise<() => void> {
    const before = this.#last.get(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(name, promise);
    void promise.then(() => {
      if (this.#last.get(name) === promise) this.#last.delete(name);
    });
    await before;
    await everybodyElse();
    return resolve;
  }
}
