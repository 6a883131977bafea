/**
 * Gaps: what the platform lists and what is here differ. A call that was not here is noted when it is fetched. A recount lists two
 * weeks whole and compares, so that a call that is gone at the platform is noted as well.
 *
 * A list that lacks a call proves little: platforms skip records while pages shift, and credentials lose sight of users. So a
 * call is only taken for gone inside a stretch that was read to its end with nothing unreadable in it, a day away from its
 * bounds, by two recounts at least twelve hours apart, and not when many calls are gone at once. It is marked and never deleted.
 *
 * Where the platform tells of calls by itself, one of which it has told nothing is noted too. Events may be under way, so it counts from
 * half an hour later on: such a gap lies in the future until then, is shown to nobody, and goes when the event arrives (`hooks`).
 */
import type { Sql, SqlTransaction } from '../core/ports.js';
import { fence, type Lease, reachOf } from './lease.js';

/** So many calls may be gone at once; and at least so many of few. */
const largestShare = 0.05;
const alwaysAllowed = 5;

/** Remembers what a page listed until the recount is settled. The same page may be noted twice. */
export async function noteListed(sql: Sql, lease: Lease, externalIds: readonly string[]): Promise<void> {
  await sql.transaction(reachOf(lease), async tx => {
    await fence(tx, lease);
    await tx.rows('insert into run_listed (run_id, customer_id, external_ids) values ($1, $2, $3)', [
      lease.runId,
      lease.customerId,
      externalIds,
    ]);
  });
}

/**
 * At the end of a sync's run that has read everything, in the transaction that holds its row. Done again after a crash it changes nothing:
 * what was listed is only forgotten when the run has ended.
 */
export async function settleGaps(tx: SqlTransaction, { runId }: Lease): Promise<void> {
  const [run] = await tx.rows<{ recount: boolean; added: number }>('select recount, added from runs where id = $1', [
    runId,
  ]);
  if (run !== undefined && run.added > 0) {
    await tx.rows(noteFetched, [runId]);
    await tx.rows(noteUnannounced, [runId]);
  }
  if (run?.recount === true) await tx.rows(noteGone, [runId, largestShare, alwaysAllowed]);
}

const now = "date_trunc('milliseconds', business_now())";

const ofRun = 'c.customer_id = r.customer_id and c.platform = r.platform and c.account_id = r.account_id';

const noteFetched = `
insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
select gen_random_uuid(), c.customer_id, r.sync_id, c.id, c.external_id, c.started_at, 'FETCHED', ${now}
from runs r join calls c on ${ofRun} and c.run_id = r.id and c.earlier_run_ids is null
where r.id = $1 and c.started_at >= r.window_from and c.started_at < r.gaps_before and c.imported_at >= r.started_at
on conflict do nothing`;

// An event that names calls tells of no others; else of what began in its stretches, or lately.
export const tellsOf = (event: string, call: string): string => `(
  ${call}.external_id = any (${event}.external_ids)
  or cardinality(${event}.external_ids) = 0 and (
    ${event}.is_recent and ${call}.started_at > ${event}.told_at - interval '6 hours'
    or exists (select from jsonb_to_recordset(${event}.windows) w ("from" timestamptz, "to" timestamptz)
      where ${call}.started_at between w."from" and w."to")))`;

/** So many polls that found calls of which nothing was told, and the platform is taken for silent. */
export const silentAfter = 3;

// All that a run finds is noted at one moment, by which `hooks` counts runs. Of a platform that has been silent for more than a day, and is
// known to be, it would be every call from then on.
const noteUnannounced = `
with moment as materialized (select ${now} + interval '30 minutes' as at)
insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
select gen_random_uuid(), c.customer_id, r.sync_id, c.id, c.external_id, c.started_at, 'UNANNOUNCED', moment.at
from moment, runs r join syncs s on s.id = r.sync_id and s.cadence = 'REAL_TIME' join hooks h on h.connection_id = r.connection_id
join calls c on ${ofRun} and c.run_id = r.id and c.earlier_run_ids is null
where r.id = $1 and c.started_at >= h.alive_since and c.imported_at >= r.started_at
  and (h.silent_polls < ${silentAfter} or not exists (
    select from gaps g where g.sync_id = r.sync_id and g.kind = 'UNANNOUNCED' and g.noted_at < ${now} - interval '1 day'
      and g.noted_at > coalesce((select max(told_at) from inbound_events where connection_id = h.connection_id), h.alive_since)))
  and not exists (select from gaps g where g.sync_id = r.sync_id and g.call_id = c.id and g.kind = 'FETCHED')
  and not exists (select from inbound_events e
    where e.connection_id = h.connection_id and e.told_at >= c.started_at - interval '1 minute' and ${tellsOf('e', 'c')})
on conflict do nothing`;

// `is_gone` is only true where the recount proves it.
const noteGone = `
with listed as materialized (
  select distinct unnest(external_ids) as external_id from run_listed where run_id = $1
), stretch as materialized (
  select c.id, c.customer_id, r.sync_id, c.external_id, c.started_at, c.missing_since, l.external_id is not null as is_listed,
    l.external_id is null and not exists (select from unusable_records where run_id = $1 and stage = 'call') as is_gone
  from runs r join calls c on ${ofRun} and c.connection_id = r.connection_id left join listed l using (external_id)
  where r.id = $1 and c.removed_at is null
    and c.started_at >= r.window_from + interval '1 day' and c.started_at < r.window_to - interval '1 day'
    and c.medium = coalesce(r.medium, c.medium) and (r.direction is null or c.direction = r.direction)
    and (r.min_duration_seconds is null or coalesce(c.duration_seconds, r.min_duration_seconds) >= r.min_duration_seconds)
    and r.users is null
), found_again as (
  update calls set missing_since = null where id in (select id from stretch where is_listed and missing_since is not null)
  returning id
), missing_once as (
  update calls set missing_since = ${now} where id in (select id from stretch where is_gone and missing_since is null)
), missing_twice as materialized (
  select * from stretch where is_gone and missing_since <= business_now() - interval '12 hours'
), verdict as materialized (
  select (select count(*) from missing_twice) <= greatest($3::integer, $2::real * (select count(*) from stretch)) as is_usual
), removed as (
  update calls set removed_at = ${now}, missing_since = null
  where id in (select id from missing_twice) and (select is_usual from verdict)
  returning id
), no_longer_held as (
  delete from gaps where kind = 'HELD' and call_id in (select id from found_again union all select id from removed)
)
insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
select gen_random_uuid(), customer_id, sync_id, id, external_id, started_at, case when is_usual then 'REMOVED' else 'HELD' end, ${now}
from missing_twice, verdict
on conflict (sync_id, call_id, kind) do update set noted_at = case when gaps.kind = 'REMOVED' then excluded.noted_at else gaps.noted_at end`;
