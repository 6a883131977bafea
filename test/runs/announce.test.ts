import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Announcer } from '../../src/runs/announce.js';
import { RunStatus } from '../../src/runs/run.state.js';
import type { RunSnapshot } from '../../src/runs/snapshot.js';

const told: RunSnapshot[] = [];
const bus = { publish: (_topic: string, message: unknown) => void told.push(message as RunSnapshot), listen: never };
function never(): never {
  throw new Error('Nobody listens here.');
}
const snapshot = (sequence: number, finished = false) =>
  ({ ownerId: 'one', status: RunStatus.RUNNING, sequence, finished }) as RunSnapshot;
const sequences = () => told.map(({ sequence }) => sequence);

beforeEach(() => {
  told.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  // The process is not quite new.
  vi.advanceTimersByTime(1_000);
});
afterEach(() => vi.useRealTimers());

test('tells the first state at once and then the latest only, four times a second', () => {
  const announcer = new Announcer(bus);
  for (let sequence = 1; sequence <= 100; sequence++) {
    announcer.tell(snapshot(sequence));
    vi.advanceTimersByTime(20);
  }
  vi.advanceTimersByTime(250);
  expect(sequences()[0]).toBe(1);
  expect(sequences().at(-1)).toBe(100);
  // Two seconds at four a second, and the first.
  expect(told.length).toBeGreaterThanOrEqual(8);
  expect(told.length).toBeLessThanOrEqual(9);
});

test('tells the end at once', () => {
  const announcer = new Announcer(bus);
  announcer.tell(snapshot(1));
  announcer.tell(snapshot(2, true));
  expect(sequences()).toEqual([1, 2]);
});

test('tells what is left when it is flushed, and nothing twice', () => {
  const announcer = new Announcer(bus);
  announcer.tell(snapshot(1));
  announcer.tell(snapshot(2));
  announcer.flush();
  vi.advanceTimersByTime(1_000);
  expect(sequences()).toEqual([1, 2]);
});

test('never tells an older state in place of a newer one', () => {
  const announcer = new Announcer(bus);
  announcer.tell(snapshot(1));
  announcer.tell(snapshot(3));
  announcer.tell(snapshot(2));
  vi.advanceTimersByTime(250);
  announcer.tell(snapshot(2));
  vi.advanceTimersByTime(250);
  expect(sequences()).toEqual([1, 3]);
});
