/**
 * What time it is for the database, told by this process's own steady clock.
 *
 * Every answer that carries the database's time says that it was that time somewhere between question
 * and answer. Many answers together say it within the shortest of their ways, which is a millisecond or
 * two, also when one answer took a hundred.
 */
export class DatabaseClock {
  /** The database's time minus ours lies between these, in milliseconds. */
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;
  #heardAt = 0;

  /** It was `time` (milliseconds of the database) between `asked` and `answered` (of `performance.now()`). */
  hear(time: number, asked: number, answered: number): void {
    const drift = (answered - this.#heardAt) * mostDrift;
    this.#heardAt = answered;
    const [least, most] = [time - answered, time - asked];
    const [before, after] = [this.#least - drift, this.#most + drift];
    // A clock that was set anew has nothing to do with what we knew.
    const setAnew = least > after || most < before;
    this.#least = setAnew ? least : Math.max(least, before);
    this.#most = setAnew ? most : Math.min(most, after);
  }

  /** The moment of `performance.now()` at which the database reads `time`. Something must have been heard before. */
  ours(time: number): number {
    return time - (this.#least + this.#most) / 2;
  }
}

/** Two clocks run apart by a ten-thousandth at the most. */
const mostDrift = 1e-4;
