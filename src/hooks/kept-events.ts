import type { Retention } from '../core/retention.js';

/** What is sent again later than so long after is taken for new, which costs a look and changes nothing. */
const settled = `
delete from inbound_events where id in (
  select id from inbound_events where settled_at < clock_timestamp() - interval '7 days' limit $1 for update skip locked
) returning 1`;

/** Nobody works them off any more. Should there be a hook again, it begins with a turn that makes up for them. */
const orphaned = `
update inbound_events set settled_at = clock_timestamp(), due_at = null where id in (
  select e.id from inbound_events e
  where e.settled_at is null and not exists (select from hooks h where h.connection_id = e.connection_id)
  limit $1 for update skip locked
) returning 1`;

export const kept: readonly Retention[] = [
  { what: 'What platforms told by themselves, once it is worked off', kept: '7 days', statement: settled },
  { statement: orphaned },
];
