import { registerEnumType } from 'type-graphql';
import { BrokenPromise } from '../core/errors.js';

export enum RunStatus {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  WAITING = 'WAITING',
  PAUSED = 'PAUSED',
  COMPLETED = 'COMPLETED',
  COMPLETED_WITH_FAILURES = 'COMPLETED_WITH_FAILURES',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(RunStatus, {
  name: 'ImportStatus',
  description: 'Where an import stands. More values may come.',
  valuesConfig: {
    QUEUED: { description: 'Accepted; a worker takes it up in a moment.' },
    RUNNING: { description: 'A worker is fetching calls.' },
    WAITING: {
      description:
        'Goes on by itself later: the platform asked for a pause, a limit is used up, or it does not answer.',
    },
    PAUSED: { description: 'Stands still until somebody acts: it was paused, or its credential must be renewed.' },
    COMPLETED: { description: 'Everything is here.' },
    COMPLETED_WITH_FAILURES: {
      description: 'Everything is here but some records that cannot be used; they are listed with their reasons.',
    },
    FAILED: { description: 'It cannot go on. What was imported stays.' },
    CANCELLED: { description: 'Somebody stopped it for good. What was imported stays.' },
  },
});

const { QUEUED, RUNNING, WAITING, PAUSED, COMPLETED, COMPLETED_WITH_FAILURES, FAILED, CANCELLED } = RunStatus;

/** Every move a run may make. Any other is a bug. */
const moves: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  [QUEUED]: [RUNNING, PAUSED, CANCELLED],
  [RUNNING]: [QUEUED, WAITING, PAUSED, COMPLETED, COMPLETED_WITH_FAILURES, FAILED, CANCELLED],
  [WAITING]: [QUEUED, RUNNING, PAUSED, CANCELLED],
  [PAUSED]: [QUEUED, CANCELLED],
  [COMPLETED]: [],
  [COMPLETED_WITH_FAILURES]: [],
  [FAILED]: [],
  [CANCELLED]: [],
};

export function isFinished(status: RunStatus): boolean {
  return moves[status].length === 0;
}

/** @throws BrokenPromise when the move is not in the table. */
export function requireMove(from: RunStatus, to: RunStatus): void {
  if (!moves[from].includes(to)) throw new BrokenPromise(`A run cannot go from ${from} to ${to}.`);
}

/** The statuses from which a run may come to `to`. */
export function sourcesOf(to: RunStatus): readonly RunStatus[] {
  return (Object.keys(moves) as RunStatus[]).filter(from => moves[from].includes(to));
}
