import { randomUUID } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { Connection, requireReady } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { CallerError, notFound } from '../core/errors.js';
import { type Once, onlyOnce, record } from '../customers/index.js';
import { wakeRun } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { beginTurn } from './begin-turn.js';
import { businessNow } from './business-now.js';
import { checkFilter } from './check-filter.js';
import { checkHistory } from './check-history.js';
import { checkSchedule } from './check-schedule.js';
import { nextTurnOf } from './next-turn.js';
import { readSync } from './read-sync.js';
import { SlotKind } from './slot.entity.js';
import { Sync, SyncState } from './sync.entity.js';
import type { CreateSyncInput } from './sync.type.js';
import { tellOfSyncs } from './watch-syncs.js';

/**
 * Sets a sync up and begins its first turn.
 *
 * @throws CallerError NOT_FOUND, CONNECTION_NOT_READY, INVALID_SCHEDULE, INVALID_WINDOW, INVALID_INPUT, CONFLICT when
 *   there is one with the same filter, IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function createSync(scope: Scope, input: CreateSyncInput, once?: Once): Promise<Sync> {
  const outcome = await onlyOnce(scope, once, inside => create(inside, input)).catch((error: unknown) => {
    throw error instanceof UniqueConstraintViolationException ? alreadyThere(error) : error;
  });
  if (outcome.before !== undefined) return readSync(scope, outcome.before);
  const { run, customerId } = outcome.done;
  if (run !== null) await wakeRun(scope, run.id);
  tellOfSyncs(scope, customerId);
  return outcome.done;
}

async function create(inside: Scope, input: CreateSyncInput): Promise<Sync> {
  const { em, clock, viewer } = inside;
  const connection = await em.findOne(Connection, { id: input.connectionId });
  if (connection === null) throw notFound('connection');
  requireReady(connection);
  const { customerId, platform } = connection;
  const connector = connectorFor(inside, platform);
  const schedule = checkSchedule(input.schedule, connector, inside.platformLimits.get(platform) ?? connector.limits);
  const filter = checkFilter(input.filter, connector);
  const now = await businessNow(inside);
  const historyFrom = checkHistory(connector, input.historyFrom, now);
  const id = randomUUID();
  const sync = em.create(Sync, {
    ...{ id, customerId, connectionId: connection.id, ...schedule, ...filter, historyFrom },
    ...{ withTranscripts: input.withTranscripts ?? true, state: SyncState.ACTIVE, run: null },
    ...nextTurnOf(id, schedule, now),
    ...{ requestedBy: viewer.name, createdAt: clock.now(), updatedAt: clock.now() },
  });
  // A slot names it, which the entity manager does not know.
  await em.flush();
  beginTurn(inside, sync, connection, { kind: SlotKind.FIRST, slotAt: now, dueAt: now, now });
  await em.flush();
  const details = { platform, cadence: schedule.cadence, historyFrom: historyFrom.toISOString() };
  await record(inside, { act: 'sync.created', target: `sync ${id}`, customerId, details });
  return sync;
}

export function alreadyThere(cause: unknown): CallerError {
  return new CallerError('CONFLICT', 'The connection has a sync with the same filter.', {
    field: 'input.filter',
    remedy: 'Change that one with `updateSync`, or choose another filter.',
    cause,
  });
}
