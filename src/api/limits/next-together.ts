/**
 * Whoever asks for the same thing while it is being looked up waits for the next look, together with all others who
 * came meanwhile. So a look is never older than the question, and many questions at once cost two looks.
 */
export class NextTogether<T> {
  readonly #looks = new Map<string, { next: Promise<T> | undefined; readonly last: Promise<unknown> }>();

  ask(name: string, look: () => Promise<T>): Promise<T> {
    const running = this.#looks.get(name);
    if (running === undefined) return this.#begin(name, look);
    running.next ??= running.last.then(() => this.#begin(name, look));
    return running.next;
  }

  #begin(name: string, look: () => Promise<T>): Promise<T> {
    const found = look();
    const last = found.then(
      () => undefined,
      () => undefined,
    );
    const state = { next: undefined, last };
    this.#looks.set(name, state);
    void last.then(() => {
      // Whoever waits begins the next one, which takes this one's place.
      if (state.next === undefined && this.#looks.get(name) === state) this.#looks.delete(name);
    });
    return found;
  }
}
