import { PlatformError } from '../../core/errors.js';
import { plain } from '../plain.js';

/** One thing that a connector says of its platform, and whether it holds there. */
export interface Fact {
  readonly fact: string;
  readonly state: 'confirmed' | 'refuted' | 'unclear';
  /** Holds no secret, and no name, title or word of a call. */
  readonly says: string;
}

export function confirmed(fact: string, says: string): Fact {
  return { fact, state: 'confirmed', says: plain(says) };
}
export function refuted(fact: string, says: string): Fact {
  return { fact, state: 'refuted', says: plain(says) };
}
export function unclear(fact: string, says: string): Fact {
  return { fact, state: 'unclear', says: plain(says) };
}

/** A check that broke: what the platform refuses is refuted, what could not be asked is unclear. */
export function broken(fact: string, error: unknown): Fact {
  if (!(error instanceof PlatformError)) return unclear(fact, `Could not be looked at (${(error as Error).name}).`);
  const says = `${error.code}: ${error.message}${error.remedy === undefined ? '' : ` ${error.remedy}`}`;
  const isPassing = error.recovery === 'retry' || error.recovery === 'wait' || error.code === 'EGRESS_REFUSED';
  return isPassing ? unclear(fact, says) : refuted(fact, says);
}
