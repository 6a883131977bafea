/**
 * Begins the turns whose time has come: every second, in every worker.
 *
 * Who takes a sync locks its row and writes slot, run and next time in one transaction, so that two workers never begin
 * the same turn and a crash leaves either all of it or nothing. However many turns an outage has swallowed, one makes up for
 * them: it reads from what was covered before up to now.
 */
import { LockMode } from '@mikro-orm/postgresql';
import { Connection } from '../access/index.js';
import { isUnavailable } from '../core/unavailable.js';
import { wakeRun } from '../runs/index.js';
import { type House, inTransaction, type Scope } from '../scope.js';
import { beginTurn } from './begin-turn.js';
import { businessNow } from './business-now.js';
import { nextSlot } from './schedule.js';
import { SlotKind } from './slot.entity.js';
import { Sync } from './sync.entity.js';
import { tellOfSyncs } from './watch-syncs.js';

const everyMs = 1_000;
const atOnce = 100;

/** Goes on until `signal` aborts. */
export function beginTurns(house: House, signal: AbortSignal): void {
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    try {
      while (!signal.aborted && (await beginDue(house.houseScope(signal))) === atOnce);
    } catch (error) {
      house.log.warn('Syncs that are due wait.', { error });
    } finally {
      working = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** @returns how many were due. */
async function beginDue(scope: Scope): Promise<number> {
  try {
    return await begin(scope);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return beginEach(scope);
  }
}

/** One by one, when not all can be begun together: whatever stands against one turn holds up no other. */
async function beginEach(scope: Scope): Promise<number> {
  const due = await scope.em.fork().execute<{ id: string }[]>(`select id from syncs where ${isDue} limit ${atOnce}`);
  for (const { id } of due) await begin(scope, id).catch((error: unknown) => passOver(scope, id, error));
  return due.length;
}

/** The turn is lost, and the next one reads what it would have read. */
async function passOver(scope: Scope, id: string, error: unknown): Promise<void> {
  if (isUnavailable(error)) throw error;
  scope.log.error('A sync could not be begun; its next turn makes up for it.', { syncId: id, error });
  scope.metrics.count('patchbay_sync_turns_total', { outcome: 'failed' });
  await inTransaction(scope, async inside => {
    const sync = await inside.em.findOneOrFail(Sync, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    planNext(sync, await businessNow(inside));
  });
}

const isDue = `state = 'ACTIVE' and next_at <= business_now()`;

/** Begins the turns that are due, or that of one sync if it is. All of them or none. */
async function begin(scope: Scope, one?: string): Promise<number> {
  const begun = await inTransaction(scope, async inside => {
    const { em } = inside;
    const due = await em.execute<{ id: string }[]>(
      `select id from syncs where ${isDue} and id = coalesce(?, id) order by next_at limit ${atOnce} for update skip locked`,
      [one ?? null],
    );
    if (due.length === 0) return [];
    const now = await businessNow(inside);
    const syncs = await em.find(Sync, { id: { $in: due.map(({ id }) => id) } });
    const ids = [...new Set(syncs.map(({ connectionId }) => connectionId))];
    const connections = new Map((await em.find(Connection, { id: { $in: ids } })).map(one => [one.id, one]));
    return syncs.map(sync => {
      const lateSeconds = (now.getTime() - sync.nextAt.getTime()) / 1_000;
      const slot = { slotAt: sync.nextSlotAt, dueAt: sync.nextAt };
      const connection = connections.get(sync.connectionId) as Connection;
      const run = beginTurn(inside, sync, connection, { ...slot, kind: SlotKind.SCHEDULED, now });
      planNext(sync, now);
      return { customerId: sync.customerId, run, lateSeconds };
    });
  });
  for (const { run, lateSeconds } of begun) {
    scope.metrics.count('patchbay_sync_turns_total', { outcome: run === undefined ? 'skipped' : 'begun' });
    scope.metrics.observe('patchbay_sync_lateness_seconds', {}, lateSeconds);
    if (run !== undefined) await wakeRun(scope, run.id);
  }
  for (const customerId of new Set(begun.map(one => one.customerId))) tellOfSyncs(scope, customerId);
  return begun.length;
}

/** The first time after now, and never the one that it has been: clocks may be set back. */
function planNext(sync: Sync, now: Date): void {
  const after = now > sync.nextAt ? now : sync.nextAt;
  const next = nextSlot(sync.id, sync, after);
  // A schedule is only taken that names a time again and again.
  if (next === undefined) return;
  sync.nextSlotAt = next.slotAt;
  sync.nextAt = next.dueAt;
}
