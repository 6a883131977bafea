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
import { keepSeen, wakeRun } from '../runs/index.js';
import { type House, inTransaction, type Scope } from '../scope.js';
import { beginTurn } from './begin-turn.js';
import { businessNow } from './business-now.js';
import { type Glimpse, glanceTurn, markOf } from './glance-turn.js';
import { planNext } from './plan-next.js';
import { SlotKind } from './slot.entity.js';
import { Sync } from './sync.entity.js';
import { tellOfSyncs } from './watch-syncs.js';

const everyMs = 1_000;
const atOnce = 100;
/** Turns that are only glanced at, side by side in one process; what is due beside them begins as usual. */
const glancesAtOnce = 16;

/** Goes on until `signal` aborts. */
export function beginTurns(house: House, signal: AbortSignal): void {
  const glances = new Set<string>();
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    try {
      while (!signal.aborted && (await takeUpDue(house, glances, signal)));
    } catch (error) {
      house.log.warn('Syncs that are due wait.', { error });
    } finally {
      working = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

const isDue = `state = 'ACTIVE' and next_at <= business_now()`;

/**
 * Syncs that are due; `may_be_quiet`: their latest runs ended well. What has been due for longer begins without a claim, since a claim
 * has no lease: a process that is stopped, or a machine that lost its power, keeps those it has.
 */
const allDue = `
select s.id, coalesce(r.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES'), false)
  and s.next_at > business_now() - interval '30 seconds' as may_be_quiet
from (select id, run_id, next_at from syncs where ${isDue} order by next_at limit ${atOnce}) s left join runs r on r.id = s.run_id
order by s.next_at`;

/** @returns whether more may be due. */
async function takeUpDue(house: House, glances: Set<string>, signal: AbortSignal): Promise<boolean> {
  const scope = house.houseScope(signal);
  const found = await house.sql.transaction('all', tx => tx.rows<{ id: string; may_be_quiet: boolean }>(allDue));
  const quiet = found.filter(one => one.may_be_quiet).map(({ id }) => id);
  const others = found.filter(one => !one.may_be_quiet).map(({ id }) => id);
  // Those that are not ours are being glanced at.
  const claimed = quiet.length === 0 ? [] : await claim(house, quiet);
  if (claimed === undefined) others.push(...quiet);
  const free = Math.max(0, glancesAtOnce - glances.size);
  for (const id of claimed?.slice(0, free) ?? []) {
    glances.add(id);
    const attributes = { 'patchbay.sync.id': id };
    const glance = house.traces.span('glance', { parent: null, attributes }, () => glanceAt(house, id, signal));
    void glance.finally(() => glances.delete(id));
  }
  const rest = claimed?.slice(free) ?? [];
  try {
    const begun = await beginAll(scope, [...others, ...rest]);
    return found.length === atOnce && begun > 0;
  } finally {
    await letGo(house, rest);
  }
}

/** @returns undefined when nothing can be claimed: a glance is spared then, and no turn. */
async function claim({ claims, log }: House, ids: readonly string[]): Promise<readonly string[] | undefined> {
  try {
    return await claims.take(ids);
  } catch (error) {
    log.warn('Syncs cannot be claimed; their turns begin without a glance.', { error });
    return undefined;
  }
}

async function glanceAt(house: House, id: string, signal: AbortSignal): Promise<void> {
  try {
    const glanced = await glanceTurn(house, id, signal);
    if (glanced.kind === 'begin') await beginAll(house.houseScope(signal), [id], glanced.glimpse);
  } catch (error) {
    if (isUnavailable(error)) return house.log.warn('A sync that is due waits.', { syncId: id, error });
    // Whatever stands against it is found, and passed over, where turns begin as usual.
    house.log.warn('A glance failed.', { syncId: id, error });
    await beginAll(house.houseScope(signal), [id]).catch((cause: unknown) =>
      house.log.warn('A sync that is due waits.', { syncId: id, error: cause }),
    );
  } finally {
    await letGo(house, [id]);
  }
}

/** With the database away, claims have ended by themselves. */
async function letGo({ claims, log }: House, ids: readonly string[]): Promise<void> {
  await claims.letGo(ids).catch((error: unknown) => log.debug('Claims could not be let go of.', { error }));
}

/** @returns how many of these were still due. */
async function beginAll(scope: Scope, ids: readonly string[], glimpse?: Glimpse): Promise<number> {
  if (ids.length === 0) return 0;
  try {
    return await begin(scope, ids, glimpse);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    // One by one, when not all can be begun together: whatever stands against one turn holds up no other.
    for (const id of ids) await begin(scope, [id], glimpse).catch((cause: unknown) => passOver(scope, id, cause));
    return ids.length;
  }
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

/** Begins the turns of those that are due. All of them or none. */
async function begin(scope: Scope, ids: readonly string[], glimpse?: Glimpse): Promise<number> {
  const begun = await inTransaction(scope, async inside => {
    const { em } = inside;
    const due = await em.execute<{ id: string }[]>(
      `select id from syncs where ${isDue} and id = any (?::uuid[]) order by next_at for update skip locked`,
      [`{${ids.join()}}`],
    );
    if (due.length === 0) return [];
    const present = await businessNow(inside);
    const syncs = await em.find(Sync, { id: { $in: due.map(({ id }) => id) } });
    const needed = [...new Set(syncs.map(({ connectionId }) => connectionId))];
    const connections = new Map((await em.find(Connection, { id: { $in: needed } })).map(one => [one.id, one]));
    return syncs.map(sync => {
      const { now, seen } = glimpse?.mark === markOf(sync) ? glimpse : { now: present };
      const lateSeconds = (now.getTime() - sync.nextAt.getTime()) / 1_000;
      const slot = { slotAt: sync.nextSlotAt, dueAt: sync.nextAt };
      const connection = connections.get(sync.connectionId) as Connection;
      const run = beginTurn(inside, sync, connection, { ...slot, kind: SlotKind.SCHEDULED, now });
      planNext(sync, now);
      return { customerId: sync.customerId, run, seen, lateSeconds };
    });
  });
  for (const { run, seen, lateSeconds } of begun) {
    scope.metrics.count('patchbay_sync_turns_total', { outcome: run === undefined ? 'skipped' : 'begun' });
    scope.metrics.observe('patchbay_sync_lateness_seconds', {}, lateSeconds);
    if (run === undefined) continue;
    if (seen !== undefined) keepSeen(run.id, seen);
    await wakeRun(scope, run.id);
  }
  for (const customerId of new Set(begun.map(one => one.customerId))) tellOfSyncs(scope, customerId);
  return begun.length;
}
