import { CallerError } from '../../core/errors.js';
import { checkPageSize } from '../../core/page.js';
import { inTransaction, type Scope } from '../../scope.js';
import { Change } from './change.entity.js';
import type { ChangeFeed } from './change-feed.type.js';
import type { ChangeType } from './change-type.js';

export interface ChangeQuestion {
  readonly first: number;
  /** Position that a stretch before ended at; absent: from the oldest that is kept. */
  readonly after?: string | null | undefined;
  readonly types?: readonly ChangeType[] | null | undefined;
  readonly customerId?: string | null | undefined;
}

/**
 * A stretch of the feed. Its position is that of the newest change which was looked at, told or not, so that a reader of
 * rare types does not fall behind.
 *
 * @throws CallerError POSITION_LOST, INVALID_INPUT
 */
export async function readChanges(
  scope: Scope,
  { first, after, types, customerId }: ChangeQuestion,
): Promise<ChangeFeed> {
  checkPageSize(first);
  return inTransaction(scope, async ({ em }) => {
    const own = customerId == null ? {} : { customerId };
    const from = after == null ? '0' : await numberOf(em, after);
    // Looked at first: what comes into the feed in between is for the next time.
    const [newest] = await em.find(
      Change,
      { ...own, number: { $ne: null } },
      { orderBy: { number: 'desc' }, limit: 1 },
    );
    const where = { ...own, ...(types != null && { type: { $in: [...types] } }) };
    const found = await em.find(
      Change,
      { ...where, number: { $gt: from, $lte: newest?.number ?? '0' } },
      { orderBy: { number: 'asc' }, limit: first + 1 },
    );
    const changes = found.slice(0, first);
    const hasMore = found.length > first;
    const reached = hasMore ? changes.at(-1)?.id : isBeyond(newest, from) ? newest?.id : after;
    const [waiting] = await em.execute<{ seconds: number }[]>(behind, [customerId ?? null]);
    return {
      changes,
      position: reached ?? null,
      hasMore,
      newest: newest?.id ?? null,
      behindSeconds: waiting?.seconds ?? 0,
    };
  });
}

const behind = `
select greatest(0, coalesce(extract(epoch from business_now() - min(at)), 0))::double precision as seconds
from changes where number is null and customer_id = coalesce(?::uuid, customer_id)`;

function isBeyond(newest: Change | undefined, from: string): boolean {
  return newest?.number != null && BigInt(newest.number) > BigInt(from);
}

async function numberOf(em: Scope['em'], after: string): Promise<string> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(after);
  const last = isId ? await em.findOne(Change, { id: after, number: { $ne: null } }) : null;
  if (last?.number == null) throw positionLost();
  return last.number;
}

function positionLost(): CallerError {
  return new CallerError('POSITION_LOST', 'The change feed does not know this position, or not any more.', {
    field: 'after',
    remedy:
      'Something may have been missed: read what you need anew, and follow the feed from `newest` as it was before you began to read.',
  });
}
