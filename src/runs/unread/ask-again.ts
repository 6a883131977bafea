import { platformFor } from '../../catalog/index.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';

/** Takes all mappers for new ones: whoever looks next tries. @throws CallerError UNKNOWN_PLATFORM */
export function askAgain(scope: Scope, platformId: string): Promise<number> {
  const { id } = platformFor(scope, platformId, 'platform').manifest;
  return inTransaction(scope, async inside => {
    const [asked] = await inside.em.execute<{ count: number }[]>(
      `with asked as (update unread_records set tried_by = '{}' where platform = ? returning 1)
       select count(*)::integer as count from asked`,
      [id],
    );
    const count = asked?.count ?? 0;
    await record(inside, { act: 'unread-records.tried-again', target: `platform ${id}`, details: { count } });
    return count;
  });
}
