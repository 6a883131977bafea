import type { Scope } from '../../scope.js';
import type { Finding } from '../finding.js';

export interface Surroundings {
  /** Business time. */
  readonly now: Date;
  /** Of a platform by its id, as people know it. */
  nameOf(platform: string): string;
}

/** Reads, for all customers at once, what is wrong at this moment. Cheap enough to be asked every quarter of a minute. */
export type Signal = (scope: Scope, surroundings: Surroundings) => Promise<Finding[]>;
