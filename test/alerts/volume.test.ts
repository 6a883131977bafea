import { describe, expect, test } from 'vitest';
import { type Day, isHoliday, judgeDay } from '../../src/alerts/volume/judge-day.js';
import { businessDays, ratesOf } from './year-of-days.js';

/** Nine weeks that bring so many calls each day, a little more and less in turn, and then these days. */
function steady(level: number, ...last: readonly number[]): Day[] {
  const names = businessDays(45 + last.length);
  const counts = [...names.slice(0, 45).map((_, nth) => Math.round(level * (1 + ((nth % 3) - 1) / 10))), ...last];
  return names.map((on, nth) => ({ on, calls: counts[nth] ?? 0 }));
}

describe('a day', () => {
  test('without calls is an error where twenty are usual, and a warning first where fewer are', () => {
    expect(judgeDay(steady(40, 0))).toMatchObject({ kind: 'stop', severity: 'error', level: 40 });
    expect(judgeDay(steady(10, 0))).toMatchObject({ kind: 'stop', severity: 'warning' });
    expect(judgeDay(steady(10, 0, 0))).toMatchObject({ kind: 'stop', severity: 'error' });
    expect(judgeDay(steady(4, 0))).toBeUndefined();
    expect(judgeDay(steady(5, 0, 0, 0, 0, 0))).toMatchObject({ kind: 'stop', severity: 'warning' });
  });

  test('with far fewer calls is told when the next one is so too', () => {
    expect(judgeDay(steady(100, 8))).toBeUndefined();
    expect(judgeDay(steady(100, 8, 9))).toMatchObject({ kind: 'drop', severity: 'warning', calls: 9 });
    expect(judgeDay(steady(100, 8, 95))).toBeUndefined();
  });

  test('with far more calls is told at once', () => {
    expect(judgeDay(steady(100, 800))).toMatchObject({ kind: 'surge', severity: 'warning', calls: 800 });
    expect(judgeDay(steady(100, 150))).toBeUndefined();
  });

  test('is not judged before six weeks are known, or when somebody expected it', () => {
    expect(judgeDay(steady(40, 0).slice(-25))).toBeUndefined();
    const days = steady(40, 0);
    expect(judgeDay([...days.slice(0, -1), { ...(days.at(-1) as Day), isOdd: true }])).toBeUndefined();
  });

  test('under an incident does not count as usual', () => {
    const days = steady(40, 0).map((day, nth) => (nth % 5 === 0 && nth < 10 ? { ...day, calls: 0, isOdd: true } : day));

    expect(judgeDay(days)).toMatchObject({ kind: 'stop', level: expect.closeTo(40, -1) });
  });

  test('on which three in ten of a region are low is a holiday', () => {
    expect([isHoliday(3, 10), isHoliday(2, 10), isHoliday(1, 2)]).toEqual([true, false, false]);
  });
});

test('ordinary noise is hardly ever called unusual, and what stops is seen on the first day', () => {
  const rates = ratesOf(100, 0.1, 400, 1);

  expect(rates.stop).toBe(0);
  expect(rates.drop + rates.surge).toBeLessThan(0.01);
  expect(rates).toMatchObject({ stopSeen: 1, ninetySeen: expect.closeTo(1, 1), eightfoldSeen: expect.closeTo(1, 0) });
});
