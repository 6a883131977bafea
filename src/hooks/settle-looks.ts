import { isFinished, RunStatus } from '../runs/index.js';
import type { Scope } from '../scope.js';

interface Open {
  readonly id: string;
  readonly tries: number;
  readonly external_ids: readonly string[];
  readonly run_ids: readonly string[];
}

interface Done {
  readonly id: string;
  readonly status: RunStatus;
  readonly stored: number;
  /** Calls whose transcript is announced and not there yet. */
  readonly pending: readonly string[];
}

/** In seconds: how long after each look the next one is. Then it is left to the next poll. */
const waits = { named: [30, 120, 600, 1_800, 3_600], vague: [60, 600] } as const;

/**
 * Settles the events of a connection whose looks have ended, in the transaction of the scope, which has locked the hook. What was not there
 * yet is looked for again later: a platform may tell of a call before it lists it.
 *
 * @returns whether nothing is being looked at any more.
 */
export async function settleLooks(inside: Scope, connectionId: string): Promise<boolean> {
  const { em } = inside;
  const open = await em.execute<Open[]>(
    `select id, tries, external_ids, run_ids from inbound_events
     where connection_id = ? and settled_at is null and due_at is null`,
    [connectionId],
  );
  if (open.length === 0) return true;
  const runs = await em.execute<Done[]>(doneQuestion, [uuids(open.flatMap(({ run_ids }) => run_ids))]);
  if (runs.some(({ status }) => !isFinished(status))) return false;
  const named = [...new Set(open.flatMap(({ external_ids }) => external_ids))];
  const held = await em.execute<{ external_id: string }[]>(heldQuestion, [connectionId, JSON.stringify(named)]);
  const here = new Set(held.map(({ external_id }) => external_id));
  const again: { id: string; seconds: number }[] = [];
  for (const event of open) {
    const seconds = isSeen(event, runs, here) ? undefined : waitsOf(event)[event.tries];
    if (seconds !== undefined) again.push({ id: event.id, seconds });
  }
  await em.execute(
    `update inbound_events e set tries = tries + 1, run_ids = '{}', due_at = business_now() + a.seconds * interval '1 second'
     from jsonb_to_recordset(?::jsonb) a (id uuid, seconds integer) where e.id = a.id`,
    [JSON.stringify(again)],
  );
  await em.execute(
    `update inbound_events set settled_at = clock_timestamp()
     where connection_id = ? and settled_at is null and due_at is null`,
    [connectionId],
  );
  await em.execute(credit, [uuids(runs.map(({ id }) => id))]);
  return true;
}

/** Whether all that it told of is here as it will be. */
function isSeen({ external_ids, run_ids }: Open, runs: readonly Done[], here: ReadonlySet<string>): boolean {
  const own = runs.filter(({ id }) => run_ids.includes(id));
  if (own.some(({ status }) => status === RunStatus.FAILED || status === RunStatus.CANCELLED)) return false;
  if (external_ids.length === 0) return own.some(({ stored }) => stored > 0);
  return external_ids.every(id => here.has(id) && !own.some(({ pending }) => pending.includes(id)));
}

function waitsOf({ external_ids }: Open): readonly number[] {
  return external_ids.length === 0 ? waits.vague : waits.named;
}

function uuids(ids: readonly string[]): string {
  return `{${[...new Set(ids)].join()}}`;
}

const doneQuestion = `
select id, status, stored, array(
  select external_id from unusable_records where run_id = r.id and code = 'TRANSCRIPT_PENDING') as pending
from runs r where id = any (?::uuid[])`;

const heldQuestion = `
select c.external_id from connections n join calls c using (customer_id, platform, account_id)
where n.id = ? and c.external_id in (select jsonb_array_elements_text(?::jsonb))`;

// What they brought counts for their syncs.
const credit = `
update syncs s set calls_imported = calls_imported + r.added, last_synced_at = greatest(last_synced_at, r.finished_at),
  updated_at = clock_timestamp()
from (select sync_id, sum(added)::integer as added, max(finished_at) as finished_at from runs
  where id = any (?::uuid[]) and status in ('COMPLETED', 'COMPLETED_WITH_FAILURES') group by sync_id) r
where s.id = r.sync_id`;
