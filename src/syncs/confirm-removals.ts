import { CallerError } from '../core/errors.js';
import { record } from '../customers/index.js';
import { Gap, GapKind } from '../runs/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { lockSync, readSync } from './read-sync.js';
import type { Sync } from './sync.entity.js';
import { tellOfSyncs } from './watch-syncs.js';

/** Marks the calls as removed that a recount has held. A call that was listed again meanwhile is none of them. @throws CallerError NOT_FOUND, CONFLICT when none is held */
export async function confirmRemovals(scope: Scope, id: string): Promise<Sync> {
  const { customerId } = await inTransaction(scope, async inside => {
    const sync = await lockSync(inside, id);
    if ((await inside.em.count(Gap, { syncId: id, kind: GapKind.HELD })) === 0) throw noneIsHeld();
    const removed = await inside.em.execute<{ call_id: string }[]>(confirm, [id]);
    const details = { calls: removed.length };
    await record(inside, {
      act: 'sync.removals_confirmed',
      target: `sync ${id}`,
      customerId: sync.customerId,
      details,
    });
    return sync;
  });
  tellOfSyncs(scope, customerId);
  return readSync(scope, id);
}

function noneIsHeld(): CallerError {
  return new CallerError('CONFLICT', 'No recount of this sync has held any removals.', {
    field: 'id',
    remedy: 'Nothing needs to be done; `gaps` of the kind HELD lists what can be confirmed.',
  });
}

const confirm = `
with held as (
  delete from gaps where sync_id = ? and kind = 'HELD' returning *
), noted as (
  insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
  select gen_random_uuid(), customer_id, sync_id, call_id, external_id, started_at, 'REMOVED', date_trunc('milliseconds', business_now()) from held
  on conflict (sync_id, call_id, kind) do update set noted_at = excluded.noted_at
)
update calls set removed_at = date_trunc('milliseconds', business_now()), missing_since = null
where id in (select call_id from held) and missing_since is not null
returning id as call_id`;
