import type { Rotation } from '#connector';

/** What is known about a refresh token when somebody shows it. Times in milliseconds. */
export interface Presented {
  readonly now: number;
  /** When it gave its first successor. */
  readonly spentAt: number | undefined;
  /** When that successor was first used, be it the access token or the refresh token. */
  readonly successorUsedAt: number | undefined;
}

/** `keep`: a new access token, and this one stays. `repeat`: the successor that it has already given. */
export type Treatment = 'rotate' | 'keep' | 'repeat' | 'refuse' | 'refuse-and-end';

/** How the platform treats a refresh token, by its rotation. */
export function treatmentOf(rotation: Rotation, { now, spentAt, successorUsedAt }: Presented): Treatment {
  if (rotation.kind === 'none') return 'keep';
  if (spentAt === undefined) return 'rotate';
  const within = (from: number, seconds: number): boolean => now - from < seconds * 1000;
  switch (rotation.kind) {
    case 'grace':
      return within(spentAt, rotation.seconds) ? 'rotate' : 'refuse-and-end';
    case 'replay':
      if (successorUsedAt === undefined) return within(spentAt, rotation.unusedSeconds) ? 'repeat' : 'refuse';
      return within(successorUsedAt, rotation.usedSeconds) ? 'repeat' : 'refuse';
    default:
      return 'refuse-and-end';
  }
}
