import type { Retention } from '../core/retention.js';

/**
 * A sync of every minute writes half a million turns a year. Runs that stored calls stay, because calls name them; those that listed
 * what is kept unread, because it is to become theirs.
 */
const emptyTurns = `
with old as (
  select s.id, s.run_id from sync_slots s left join runs r on r.id = s.run_id
  where s.fired_at < business_now() - interval '7 days'
    and (r.id is null or r.status in ('COMPLETED', 'CANCELLED') and r.stored = 0)
    and not exists (select from syncs where run_id = r.id)
    and not exists (select from unusable_records where run_id = r.id and is_kept)
    and s.slot_at < (select max(slot_at) from sync_slots l where l.sync_id = s.sync_id and l.kind = 'SCHEDULED')
  order by s.fired_at limit $1 for update of s skip locked
), forgotten as (delete from sync_slots where id in (select id from old) returning id),
runs_too as (delete from runs where id in (select run_id from old) returning id)
select id from forgotten`;

const oldGaps = `
delete from gaps where id in (
  select id from gaps where kind <> 'HELD' and noted_at < business_now() - interval '180 days' limit $1
) returning id`;

/** Of recounts that came to no good end. */
const leftovers = `
delete from run_listed where ctid in (
  select l.ctid from run_listed l join runs r on r.id = l.run_id
  where r.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED', 'CANCELLED') limit $1
) returning run_id`;

export const kept: readonly Retention[] = [
  { what: 'Turns of syncs that brought nothing', kept: '7 days', statement: emptyTurns },
  { what: 'Gaps that are closed', kept: '180 days', statement: oldGaps },
  { statement: leftovers },
];
