import { inspect } from 'node:util';

const mask = '[secret]';

/**
 * A value that prints a mask wherever it is printed: string building, JSON, inspection, logs.
 * `reveal()` is the only way to the value, so that every use can be found by its name.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
