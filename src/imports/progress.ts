import type { RunSnapshot } from '../runs/index.js';
import { ImportProgress } from './import.type.js';

/** A run's snapshot as people see it. */
export function progressOf(snapshot: RunSnapshot, now: Date): ImportProgress {
  const { ownerId, found, stored, unusable, callsPerSecond, wakeAt, error, startedAt, finishedAt, ...same } = snapshot;
  const done = stored + unusable;
  const left = found === null ? undefined : Math.max(0, found - done);
  const secondsLeft = !snapshot.finished && left !== undefined && callsPerSecond ? left / callsPerSecond : null;
  return Object.assign(new ImportProgress(), {
    ...same,
    importId: ownerId,
    found,
    stored,
    unusable,
    callsPerSecond,
    percent: percentOf(snapshot, done),
    secondsLeft,
    expectedFinishAt: secondsLeft === null ? null : new Date(now.getTime() + secondsLeft * 1_000),
    waitingUntil: dateOf(wakeAt),
    problem: error,
    startedAt: dateOf(startedAt),
    finishedAt: dateOf(finishedAt),
  });
}

function percentOf({ found, finished, status }: RunSnapshot, done: number): number | null {
  if (finished && status.startsWith('COMPLETED')) return 100;
  if (found === null) return null;
  if (found === 0) return 0;
  // The platform's count may be behind; a hundred is said at the end only.
  return Math.min(99.9, Math.round((done / found) * 1_000) / 10);
}

function dateOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}
