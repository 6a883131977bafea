/**
 * The turn of a sync that finds nothing new, which most do: one request, and one transaction when it is over.
 *
 * The list is asked for and compared before anything is written. When there is nothing new, slot, run and next time are
 * written together; until then the sync is due, so that a crash leaves it to the next worker. When there is something, or it cannot be seen so
 * easily, the turn begins as all others do, and goes on from what was seen.
 */
import { LockMode } from '@mikro-orm/postgresql';
import { Connection, stillWorks } from '../access/index.js';
import { glance, isForGlance, type Seen } from '../runs/index.js';
import { type House, inTransaction, type Scope } from '../scope.js';
import { isUnderWay, lookOf, type Turn, writeQuietTurn } from './begin-turn.js';
import { businessNow } from './business-now.js';
import type { Look } from './next-look.js';
import { planNext } from './plan-next.js';
import { SlotKind } from './slot.entity.js';
import { Sync, SyncState } from './sync.entity.js';
import { tellOfSyncs } from './watch-syncs.js';

/** Then a run goes on, which says what it waits for. */
const patienceMs = 15_000;

/** What was seen of a sync, and when: the turn that goes on from it is of that moment, so that it asks for the same stretch. */
export interface Glimpse {
  readonly seen: Seen;
  readonly now: Date;
  /** Of the sync as it was. */
  readonly mark: string;
}

/** `begin`: as usual, from what was seen. `left`: it is over, or somebody has changed it meanwhile. */
export type Glanced = { readonly kind: 'begin'; readonly glimpse?: Glimpse } | { readonly kind: 'quiet' | 'left' };

/** Glances at what a sync that is due would read. Whoever asks has claimed it, which spares the platform a second request. */
export async function glanceTurn(house: House, syncId: string, signal: AbortSignal): Promise<Glanced> {
  const scope = house.houseScope(signal);
  const sync = await scope.em.findOne(Sync, { id: syncId });
  if (sync === null) return { kind: 'left' };
  const connection = await scope.em.findOneOrFail(Connection, { id: sync.connectionId });
  const now = await businessNow(scope);
  if (now < sync.nextAt || sync.state !== SyncState.ACTIVE) return { kind: 'left' };
  const look = lookOf(scope, sync, connection, now);
  if (!isFit(scope, sync, connection, look)) return { kind: 'begin' };
  const mark = markOf(sync);
  const began = scope.clock.now();
  const { medium, direction, minDurationSeconds, users, withTranscripts } = sync;
  const filter = { medium, direction, minDurationSeconds, users };
  const own = house.ownScope(sync.customerId, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
  const seen = await glance(own, connection, { ...look, withTranscripts, filter });
  if (signal.aborted) return { kind: 'left' };
  if (!seen.isNothingNew) return { kind: 'begin', glimpse: { seen, now, mark } };
  const turn = { kind: SlotKind.SCHEDULED, slotAt: sync.nextSlotAt, dueAt: sync.nextAt, now };
  const isWritten = await settle(scope, { id: sync.id, mark }, connection, turn, {
    look,
    requests: seen.requests,
    began,
  });
  return { kind: isWritten ? 'quiet' : 'left' };
}

function isFit(scope: Scope, sync: Sync, connection: Connection, look: Look): boolean {
  const isQuiet = sync.run !== null && !isUnderWay(sync) && look.gapsBefore !== null && !look.recount;
  return isQuiet && stillWorks(connection) && isForGlance(scope, connection, look);
}

/** @returns false when the sync is not as it was: somebody has changed it, or begun its turn. */
async function settle(
  scope: Scope,
  { id, mark }: { readonly id: string; readonly mark: string },
  connection: Connection,
  turn: Turn,
  done: Parameters<typeof writeQuietTurn>[4],
): Promise<boolean> {
  const isWritten = await inTransaction(scope, async inside => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    const sync = await inside.em.findOne(Sync, { id }, lock);
    if (sync === null || markOf(sync) !== mark) return false;
    writeQuietTurn(inside, sync, connection, turn, done);
    planNext(sync, turn.now);
    return true;
  });
  if (!isWritten) return false;
  scope.metrics.count('patchbay_sync_turns_total', { outcome: 'begun' });
  scope.metrics.observe('patchbay_sync_lateness_seconds', {}, (turn.now.getTime() - turn.dueAt.getTime()) / 1_000);
  tellOfSyncs(scope, connection.customerId);
  return true;
}

/** Differs when somebody has changed a sync, or begun its turn. */
export function markOf({ state, nextSlotAt, nextAt, updatedAt, run }: Sync): string {
  return [state, nextSlotAt.getTime(), nextAt.getTime(), updatedAt.getTime(), run?.id].join();
}
