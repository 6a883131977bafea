import { platformFor } from '../../catalog/index.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';

/** Somebody wants it done now. */
export const unreadTopic = 'unread-records';

/** Takes all mappers for new ones, and has the workers look at once. @throws CallerError UNKNOWN_PLATFORM */
export async function askAgain(scope: Scope, platformId: string): Promise<number> {
  const { id } = platformFor(scope, platformId, 'platform').manifest;
  const count = await inTransaction(scope, async inside => {
    const [asked] = await inside.em.execute<{ count: number }[]>(
      `with asked as (update unread_records set tried_by = '{}' where platform = ? returning 1)
       select count(*)::integer as count from asked`,
      [id],
    );
    const all = asked?.count ?? 0;
    await record(inside, { act: 'unread-records.tried-again', target: `platform ${id}`, details: { count: all } });
    return all;
  });
  scope.bus.publish(unreadTopic, null);
  return count;
}
