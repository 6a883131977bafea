import type { OAuth2 } from '#connector';

/** A lease at least this long outlives the longest exchange, and need not be renewed. */
export const strictLeaseSeconds = 40;
const briefLeaseSeconds = 10;

/** How soon somebody else may send the same token again: late where that can only kill it, soon where it can save it. */
export function leaseSecondsOf({ rotation }: Pick<OAuth2, 'rotation'>): number {
  return rotation === 'single-use' ? strictLeaseSeconds : briefLeaseSeconds;
}
