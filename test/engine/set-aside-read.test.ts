import { expect, test } from 'vitest';
import { setAsideRead } from '../../src/engine/index.js';

const slice = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T01:00:00.000Z' };
const begin = Date.parse(slice.from);

/** Calls that began in these minutes of the hour, in the order in which they were listed. */
function listed(minutes: readonly number[]): Map<string, number> {
  return new Map(minutes.map((minute, i) => [`call-${i}`, begin + minute * 60_000]));
}
const minutes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

test('of a list from the oldest on, the older part was read, all but a page', () => {
  const division = setAsideRead(slice, listed(minutes(0, 40)), 10);
  expect(division).toEqual({ middle: '2026-01-01T00:29:00.000Z', readIs: 'older' });
});

test('of a list from the newest on, the newer part was read, all but a page', () => {
  const division = setAsideRead(slice, listed(minutes(20, 60).toReversed()), 10);
  expect(division).toEqual({ middle: '2026-01-01T00:30:00.000Z', readIs: 'newer' });
});

test.each([
  ['too few calls were read to save anything', minutes(0, 29)],
  ['the calls read lie outside the slice', minutes(60, 200)],
  ['all calls read began at its start', Array<number>(40).fill(0)],
])('nothing is set aside when %s', (_, read) => {
  expect(setAsideRead(slice, listed(read), 10)).toBeUndefined();
});
