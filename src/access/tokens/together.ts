/** Work that several ask for at once is done once, and all of them get what it brings. */
export class Together<T> {
  readonly #underWay = new Map<string, Promise<T>>();

  get size(): number {
    return this.#underWay.size;
  }

  do(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#underWay.get(key);
    if (running !== undefined) return running;
    const begun = work().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, begun);
    return begun;
  }

  /** When all that is under way now has ended, in whatever way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }
}
