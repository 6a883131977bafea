import { expect, test } from 'vitest';
import { DatabaseClock } from '../../src/quota/database-clock.js';

/** The database's clock is 5,000 ms ahead of ours. */
const ahead = 5_000;

test('knows the time of the database within the shortest way that was seen', () => {
  const clock = new DatabaseClock();
  // Slow on the way back, slow on the way there, and once quick.
  clock.hear(ahead + 1_001, 1_000, 1_200);
  clock.hear(ahead + 2_150, 2_000, 2_151);
  clock.hear(ahead + 3_001, 3_000, 3_002);
  expect(Math.abs(clock.ours(ahead + 4_000) - 4_000)).toBeLessThan(1.1);
});

test('learns from two slow ways what neither tells alone', () => {
  const clock = new DatabaseClock();
  clock.hear(ahead + 1_001, 1_000, 1_200);
  clock.hear(ahead + 2_199, 2_000, 2_200);
  expect(Math.abs(clock.ours(ahead + 4_000) - 4_000)).toBeLessThan(1.1);
});

test('follows a clock that is set anew', () => {
  const clock = new DatabaseClock();
  clock.hear(ahead + 1_001, 1_000, 1_002);
  clock.hear(2_001, 2_000, 2_002);
  expect(Math.abs(clock.ours(4_000) - 4_000)).toBeLessThan(1.1);
});

test('follows a clock that runs a little faster', () => {
  const clock = new DatabaseClock();
  for (let at = 1_000; at < 1_000_000; at += 1_000) clock.hear(ahead + at * 1.00005, at - 1, at + 1);
  expect(Math.abs(clock.ours(ahead + 1_000_000 * 1.00005) - 1_000_000)).toBeLessThan(5);
});
