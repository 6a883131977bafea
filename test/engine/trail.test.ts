import { describe, expect, test } from 'vitest';
import { Trail } from '../../src/engine/index.js';

const page = (next: string | undefined, items: readonly string[] = [], total?: number) => ({
  ...{ next, total },
  items: items.map(item => Buffer.from(item)),
});
const lost = expect.objectContaining({ code: 'PLATFORM_CHANGED', recovery: 'stop' });

/** How many pages of this form are taken before the way is given up; at most so many. */
function taken(trail: Trail, most: number, pageOf: (number: number) => ReturnType<typeof page>): number {
  for (let number = 1; number <= most; number++) {
    try {
      trail.follow(number === 1 ? undefined : `page-${number - 1}`, pageOf(number));
    } catch (error) {
      expect(error).toEqual(lost);
      return number - 1;
    }
  }
  return most;
}

describe('the way through a listing is given up', () => {
  test('after ten pages in a row with nothing on them', () => {
    expect(taken(new Trail(), 99, number => page(`page-${number}`))).toBe(9);
  });

  test('after ten pages in a row that were there before', () => {
    expect(taken(new Trail(), 99, number => page(`page-${number}`, ['a', 'b']))).toBe(10);
  });

  test('far beyond what the platform counted', () => {
    const of = (number: number) =>
      page(
        `page-${number}`,
        Array.from({ length: 100 }, (_, i) => `${number}-${i}`),
        500,
      );

    expect(taken(new Trail(), 99, of)).toBe(20);
  });

  test('at some time, where the platform does not count', () => {
    expect(taken(new Trail(), 100_000, number => page(`page-${number}`, [`${number}`]))).toBe(50_000);
  });
});

describe('the way through a listing goes on', () => {
  test('over a few empty pages among others', () => {
    expect(taken(new Trail(), 99, number => page(`page-${number}`, number % 9 === 0 ? [`${number}`] : []))).toBe(99);
  });

  test('where the count is behind', () => {
    expect(taken(new Trail(), 99, number => page(`page-${number}`, [`${number}`], 0))).toBe(99);
  });

  test('when it begins anew, as after a dead cursor', () => {
    const trail = new Trail();
    const of = (number: number) => page(`page-${number}`, [`${number}`]);
    taken(trail, 99, of);
    trail.forget();

    expect(taken(trail, 99, of)).toBe(99);
  });
});
