/**
 * What polls find and no event told of: one such call is a lost event, and several polls in a row are a platform that no longer sends.
 */
import type { Sql } from '../core/ports.js';
import { tellsOf } from '../runs/index.js';

/** Takes back the gaps of which an event has told after all, and has hooks looked after whose platform is silent. */
export async function noteSilence(sql: Sql): Promise<void> {
  await sql.transaction('all', async tx => {
    await tx.rows(withdraw);
    await tx.rows(count);
  });
}

// `business_now()` is asked once, so that an index finds what is newer: by itself it is volatile.
// A gap counts half an hour after it was found, until when events are in time.
const withdraw = `
delete from gaps g using syncs s
where g.kind = 'UNANNOUNCED' and g.noted_at > (select business_now()) - interval '1 hour' and s.id = g.sync_id and exists (
  select from inbound_events e where e.connection_id = s.connection_id
    and e.told_at between g.started_at - interval '1 minute' and g.noted_at and ${tellsOf('e', 'g')})`;

// Each run has noted its finds at a moment of its own; a look that an event led to is no poll. Whoever holds a hook sees to it.
const count = `
with finds as (
  select h.id, count(distinct g.noted_at)::integer as n
  from gaps g join syncs s on s.id = g.sync_id join hooks h on h.connection_id = s.connection_id
  where g.kind = 'UNANNOUNCED' and g.noted_at <= (select business_now()) and g.noted_at > (select business_now()) - interval '1 day'
    and g.noted_at - interval '30 minutes' > coalesce(h.heard_at, h.alive_since) + interval '2 minutes'
  group by 1 having count(distinct g.noted_at) > max(h.silent_polls)
), free as (
  select id from hooks where id in (select id from finds) order by id for update skip locked
)
update hooks h set silent_polls = finds.n, next_at = business_now() from finds join free using (id) where finds.id = h.id`;
