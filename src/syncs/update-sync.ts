import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { Connection } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { invalid, record } from '../customers/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { businessNow } from './business-now.js';
import { checkFilter } from './check-filter.js';
import { checkSchedule } from './check-schedule.js';
import { alreadyThere } from './create-sync.js';
import { nextTurnOf } from './next-turn.js';
import { lockSync } from './read-sync.js';
import type { Sync } from './sync.entity.js';
import type { UpdateSyncInput } from './sync.type.js';
import { tellOfSyncs } from './watch-syncs.js';

/**
 * Changes when a sync runs and what it brings. What a run under way does stays as it is.
 *
 * @throws CallerError NOT_FOUND, INVALID_SCHEDULE, INVALID_INPUT, CONFLICT when another one has the same filter
 */
export async function updateSync(scope: Scope, input: UpdateSyncInput): Promise<Sync> {
  const changed = await inTransaction(scope, inside => change(inside, input)).catch((error: unknown) => {
    throw error instanceof UniqueConstraintViolationException ? alreadyThere(error) : error;
  });
  tellOfSyncs(scope, changed.customerId);
  return changed;
}

async function change(inside: Scope, { id, schedule, filter, withTranscripts }: UpdateSyncInput): Promise<Sync> {
  const { em, clock, platformLimits } = inside;
  const sync = await lockSync(inside, id);
  const { customerId, connectionId } = sync;
  const { platform } = await em.findOneOrFail(Connection, { id: connectionId });
  const connector = connectorFor(inside, platform);
  if (schedule === null) throw invalid('input.schedule', 'cannot be nothing; `pauseSync` halts a sync');
  if (schedule !== undefined) {
    const checked = checkSchedule(schedule, connector, platformLimits.get(platform) ?? connector.limits);
    Object.assign(sync, checked, nextTurnOf(id, checked, await businessNow(inside), await latestSlot(inside, id)));
  }
  if (filter !== undefined) Object.assign(sync, checkFilter(filter, connector));
  if (withTranscripts != null) sync.withTranscripts = withTranscripts;
  sync.updatedAt = clock.now();
  await em.flush();
  const { cadence, medium, direction, minDurationSeconds, users } = sync;
  const details = {
    cadence,
    medium,
    direction,
    minDurationSeconds,
    users: users?.length ?? null,
    withTranscripts: sync.withTranscripts,
  };
  await record(inside, { act: 'sync.changed', target: `sync ${id}`, customerId, details });
  return sync;
}

/** The old schedule may have named the moment already that the new one would name first. */
export async function latestSlot({ em }: Pick<Scope, 'em'>, id: string): Promise<Date> {
  const [row] = await em.execute<{ latest: Date | string | null }[]>(
    "select max(slot_at) as latest from sync_slots where sync_id = ? and kind = 'SCHEDULED'",
    [id],
  );
  return new Date(row?.latest ?? 0);
}
