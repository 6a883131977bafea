import { describe, expect, test } from 'vitest';
import { isFinished, requireMove, RunStatus, sourcesOf } from '../../src/runs/run.state.js';

/** Written by hand from what people may want and workers may do. */
const allowed: Readonly<Record<RunStatus, readonly string[]>> = {
  QUEUED: ['RUNNING', 'PAUSED', 'CANCELLED'],
  RUNNING: ['QUEUED', 'WAITING', 'PAUSED', 'COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED', 'CANCELLED'],
  WAITING: ['QUEUED', 'RUNNING', 'PAUSED', 'CANCELLED'],
  PAUSED: ['QUEUED', 'CANCELLED'],
  COMPLETED: [],
  COMPLETED_WITH_FAILURES: [],
  FAILED: [],
  CANCELLED: [],
};
const statuses = Object.values(RunStatus);
const pairs = statuses.flatMap(from => statuses.map(to => [from, to] as const));

describe('a run', () => {
  test.each(pairs.filter(([from, to]) => allowed[from].includes(to)))('may go from %s to %s', (from, to) => {
    expect(() => requireMove(from, to)).not.toThrow();
  });

  test.each(pairs.filter(([from, to]) => !allowed[from].includes(to)))('cannot go from %s to %s', (from, to) => {
    expect(() => requireMove(from, to)).toThrow(`A run cannot go from ${from} to ${to}.`);
  });

  test('has ended where it can go nowhere', () => {
    expect(statuses.filter(isFinished)).toEqual(['COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED', 'CANCELLED']);
  });

  test('comes to a status from where the table says', () => {
    expect(sourcesOf(RunStatus.PAUSED)).toEqual(['QUEUED', 'RUNNING', 'WAITING']);
    expect(sourcesOf(RunStatus.QUEUED)).toEqual(['RUNNING', 'WAITING', 'PAUSED']);
  });
});
