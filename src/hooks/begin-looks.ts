import { Connection, stillWorks } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { traceVariable } from '../core/traces.js';
import type { Run } from '../runs/index.js';
import type { Scope } from '../scope.js';
import {
  beginLook,
  businessNow,
  fewestSeconds,
  SlotKind,
  Sync,
  SyncCadence,
  SyncState,
  turnsWithin,
} from '../syncs/index.js';
import { clipped, planLooks, type Told } from './plan-looks.js';

export interface LockedHook {
  readonly id: string;
  readonly connection_id: string;
  /** Since a look was last begun, in seconds; null: never. */
  readonly rested: number | null;
}

interface Due {
  readonly id: string;
  readonly windows: Told['windows'];
  readonly is_recent: boolean;
  readonly subscription_ends: boolean;
  readonly tries: number;
  readonly received_at: Date;
  readonly traceparent: string | null;
}

const mostTogether = 1_000;
/** Between looks at one connection. What arrives meanwhile is looked at together. */
const shortestRestSeconds = 3;
const longestRestSeconds = 60;
const mostRecentHours = 6;

/**
 * Begins to look at what events of a connection told of, in the transaction of the scope, which has locked the hook: one run for each stretch
 * and sync. Events and runs are written together, so that none is lost and none is done twice.
 *
 * @returns the runs, to be woken after the commit.
 */
export async function beginLooks(inside: Scope, hook: LockedHook): Promise<readonly Run[]> {
  const { em } = inside;
  const due = await em.execute<Due[]>(
    `select id, windows, is_recent, subscription_ends, tries, received_at, traceparent from inbound_events
     where connection_id = ? and settled_at is null and due_at <= business_now() order by due_at, id limit ${mostTogether}`,
    [hook.connection_id],
  );
  if (due.length === 0) return [];
  const connection = await em.findOneOrFail(Connection, { id: hook.connection_id });
  const connector = connectorFor(inside, connection.platform);
  const limits = inside.platformLimits.get(connection.platform) ?? connector.limits;
  const rested = hook.rested ?? Number.POSITIVE_INFINITY;
  if (rested < shortestRestSeconds) return [];
  // Looks may follow each other closely while the limits leave room, and are evenly apart when they do not.
  const isSoon = rested < Math.min(longestRestSeconds, fewestSeconds(connector, limits));
  if (isSoon && (await isUsedUp(inside, hook, turnsWithin(connector, limits)))) return [];
  if (!stillWorks(connection)) {
    await em.execute(
      `update inbound_events set due_at = business_now() + interval '1 minute' where id = any (?::uuid[])`,
      [idsOf(due)],
    );
    return [];
  }
  const now = await businessNow(inside);
  const recentHours = Math.min(connector.calls.settleHours, mostRecentHours);
  const told = due.map(({ id, windows, is_recent }) => ({ id, windows, isRecent: is_recent }));
  const { looks, covered } = planLooks(told, { now, recentHours });
  const state = SyncState.ACTIVE;
  const syncs = await em.find(Sync, { connectionId: connection.id, cadence: SyncCadence.REAL_TIME, state });
  const taken = due.filter(({ id }) => covered.includes(id));
  const runs = await tracedLooks(inside, hook, taken, async () => {
    const begun = syncs.flatMap(sync =>
      looks.flatMap(look => {
        const window = clipped(look, sync.historyFrom, now);
        return window === undefined ? [] : [beginLook(inside, sync, connection, window, { now, kind: SlotKind.HINT })];
      }),
    );
    await em.flush();
    return begun;
  });
  await noteTaken(inside, hook, taken);
  const runIds = `{${runs.map(({ id }) => id).join()}}`;
  await em.execute(
    `update inbound_events set due_at = null, run_ids = ?::uuid[], settled_at = case when ? then clock_timestamp() end
     where id = any (?::uuid[])`,
    [runIds, runs.length === 0, `{${covered.join()}}`],
  );
  return runs;
}

/** As a part of the trace in which the first event came, with links to the others. */
async function tracedLooks<T>(
  { em, traces }: Scope,
  { connection_id }: LockedHook,
  taken: readonly Due[],
  begin: () => Promise<T>,
): Promise<T> {
  const [parent = null, ...links] = taken.flatMap(event => event.traceparent ?? []);
  if (parent === null) return begin();
  const attributes = { 'patchbay.connection.id': connection_id, 'patchbay.events': taken.length };
  return traces.span('begin looks', { kind: 'consumer', parent, links, attributes }, async span => {
    // The transaction had begun before.
    if (span.traceparent !== undefined)
      await em.execute('select set_config(?, ?, true)', [traceVariable, span.traceparent]);
    return begin();
  });
}

/** Whether as many looks as may have begun of late. */
async function isUsedUp(
  { em }: Scope,
  { connection_id }: LockedHook,
  allowed: ReturnType<typeof turnsWithin>,
): Promise<boolean> {
  const [row] = await em.execute<{ used_up: boolean }[]>(usedUp, [connection_id, JSON.stringify(allowed)]);
  return row?.used_up === true;
}

const usedUp = `
with looks as (
  select l.fired_at from sync_slots l join syncs s on s.id = l.sync_id
  where s.connection_id = ? and l.kind = 'HINT' and l.fired_at > business_now() - interval '1 hour'
)
select exists (select from jsonb_to_recordset(?::jsonb) a (seconds integer, turns integer)
  where (select count(*) from looks where fired_at > business_now() - a.seconds * interval '1 second') >= a.turns) as used_up`;

function idsOf(due: readonly Due[]): string {
  return `{${due.map(({ id }) => id).join()}}`;
}

async function noteTaken({ em }: Scope, { id }: LockedHook, taken: readonly Due[]): Promise<void> {
  const fresh = taken.filter(({ tries }) => tries === 0);
  const ends = fresh.some(({ subscription_ends }) => subscription_ends);
  const latest = Math.max(0, ...fresh.map(({ received_at }) => new Date(received_at).getTime()));
  await em.execute(
    `update hooks set looked_at = clock_timestamp(), events_received = events_received + ?,
       last_event_at = greatest(last_event_at, ?::timestamptz), proven_at = coalesce(proven_at, business_now()),
       renew_at = case when ? then business_now() else renew_at end, next_at = case when ? or proven_at is null then business_now() else next_at end
     where id = ?`,
    [fresh.length, fresh.length === 0 ? null : new Date(latest), ends, ends, id],
  );
  if (fresh.length > 0) await em.execute(heard, [id]);
}

// Whoever polls faster because of the silence is to hear of its end.
const heard = `
update hooks set heard_at = business_now(), silent_polls = 0,
  next_at = case when silent_polls > 0 then business_now() else next_at end where id = ?`;
