import { checkPageSize, decodeCursor, encodeCursor, foreignCursor, type PageRequest } from '../../core/page.js';
import type { Scope } from '../../scope.js';
import { AuditEntry } from './audit-entry.entity.js';
import type { AuditEntryPage } from './audit.type.js';
import { chainOf } from './chain.js';

/** The trail of a customer, or of the house, newest first. */
export async function readAuditEntries(
  { em }: Scope,
  customerId: string | null | undefined,
  { first, after }: PageRequest,
): Promise<AuditEntryPage> {
  checkPageSize(first);
  const chain = chainOf(customerId);
  const before = after == null ? {} : { number: { $lt: placeOf(after) } };
  const options = { orderBy: { number: 'desc' }, limit: first + 1 } as const;
  const rows = await em.find(AuditEntry, { chain, ...before }, options);
  const totalCount = await em.count(AuditEntry, { chain });
  const nodes = rows.slice(0, first);
  const last = nodes.at(-1);
  // The number is the place; it has the length of an id so that it fits the cursor.
  const endCursor = last && encodeCursor({ at: last.at, id: String(last.number).padStart(36, '0') });
  return { nodes, pageInfo: { endCursor: endCursor ?? null, hasNextPage: rows.length > first }, totalCount };
}

function placeOf(cursor: string): number {
  const { id } = decodeCursor(cursor);
  if (!/^\d+$/.test(id)) throw foreignCursor();
  return Number(id);
}
