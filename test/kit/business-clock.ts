import type { TestHub } from './hub.js';

/** Business time as one clock for a hub and for pretend platforms: it goes as the machine's, and leaps when it is told to. */
export class BusinessClock {
  #origin: { readonly business: number; readonly real: number };

  constructor(start: number) {
    this.#origin = { business: start, real: Date.now() };
  }

  /** Epoch milliseconds. */
  readonly now = (): number => this.#origin.business + Date.now() - this.#origin.real;

  /** Goes on from this moment, for the platforms at once and for the hub as soon as its database has heard of it. */
  async leap({ database }: Pick<TestHub, 'database'>, to: number): Promise<void> {
    this.#origin = { business: to, real: Date.now() };
    const [business, real] = [to, this.#origin.real].map(ms => `timestamptz '${new Date(ms).toISOString()}'`);
    await database.query(
      `create or replace function business_now() returns timestamptz language sql volatile as
         $$ select ${business} + (clock_timestamp() - ${real}) $$`,
    );
  }
}
