import { IsolationLevel } from '@mikro-orm/postgresql';
import type { Scope } from '../../scope.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditHead } from './audit-head.entity.js';
import { beginning, chainOf, entryDigest, headDigest } from './chain.js';

export interface AuditVerdict {
  readonly intact: boolean;
  /** How many entries there are up to the first broken place. */
  readonly entries: number;
  /** Number of the first entry that was edited, moved, deleted or cut off; undefined when all is well. */
  readonly brokenAt: number | undefined;
  /** Digest of the trail's end, as hex. Kept elsewhere, it proves later that the trail was not rolled back. */
  readonly head: string | undefined;
}

const pageSize = 500;

/** Walks the trail of a customer, or of the house, from its beginning to its head. */
export function verifyAuditTrail(scope: Scope, customerId: string | null | undefined): Promise<AuditVerdict> {
  const chain = chainOf(customerId);
  // One snapshot: acts that are recorded meanwhile must not look like forgeries.
  return scope.em.transactional(
    async em => {
      const head = await em.findOne(AuditHead, { chain }, { disableIdentityMap: true });
      const { number, last, broken } = await walk({ ...scope, em: em }, chain);
      // A trail without a head is broken: the first entry is written with what it tells of.
      const ends = head?.number === number && head.digest.equals(headDigest(scope.keyring, chain, number, last));
      const brokenAt = broken || !ends ? number + 1 : undefined;
      return { intact: brokenAt === undefined, entries: number, brokenAt, head: head?.digest.toString('hex') };
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ },
  );
}

/** The last good place of the chain, and whether anything stands after it. */
async function walk({ em, keyring }: Scope, chain: string): Promise<{ number: number; last: Buffer; broken: boolean }> {
  let number = 0;
  let last: Buffer = beginning;
  for (;;) {
    const where = { chain, number: { $gt: number } };
    const options = { orderBy: { number: 'asc' }, limit: pageSize, disableIdentityMap: true } as const;
    const entries = await em.find(AuditEntry, where, options);
    for (const entry of entries) {
      const follows = entry.number === number + 1 && entry.previous.equals(last);
      if (!follows || !entry.digest.equals(entryDigest(keyring, entry))) return { number, last, broken: true };
      number = entry.number;
      last = entry.digest;
    }
    if (entries.length < pageSize) return { number, last, broken: false };
  }
}
