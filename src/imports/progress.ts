import type { RunSnapshot } from '../runs/index.js';
import { ImportProgress } from './import.type.js';

/** A run's snapshot as people see it. */
export function progressOf(snapshot: RunSnapshot, now: Date): ImportProgress {
  const {
    ownerId,
    found,
    stored,
    unusable,
    callsPerSecond,
    wakeAt,
    error,
    startedAt,
    finishedAt,
    covered: _,
    ...same
  } = snapshot;
  const done = stored + unusable;
  const secondsLeft = snapshot.finished ? null : secondsLeftOf(snapshot, done, now);
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

function percentOf(snapshot: RunSnapshot, done: number): number | null {
  if (snapshot.finished && snapshot.status.startsWith('COMPLETED')) return 100;
  const share = shareOf(snapshot, done);
  // The platform's count may be behind; a hundred is said at the end only.
  return share === null ? null : Math.min(99.9, Math.round(share * 1_000) / 10);
}

/** Of the calls where the platform counts them, else of the window. */
function shareOf({ found, covered }: RunSnapshot, done: number): number | null {
  if (found === null) return covered;
  return found === 0 ? 0 : done / found;
}

/** With less than this of the window read, its speed says little. */
const tellingShare = 0.02;

function secondsLeftOf(snapshot: RunSnapshot, done: number, now: Date): number | null {
  const { found, covered, callsPerSecond, startedAt } = snapshot;
  if (found !== null) return callsPerSecond ? Math.max(0, found - done) / callsPerSecond : null;
  if (covered === null || covered < tellingShare || startedAt === null) return null;
  return ((now.getTime() - Date.parse(startedAt)) / 1_000) * (1 / covered - 1);
}

function dateOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}
