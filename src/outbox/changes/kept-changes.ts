import type { Retention } from '../../core/retention.js';

// The newest of a customer that is old already stays: it is the position of whoever has read everything.
const oldChanges = `
delete from changes where id in (
  select c.id from changes c
  where c.number is not null and c.at < business_now() - interval '30 days' and exists (
    select 1 from changes n
    where n.customer_id = c.customer_id and n.number > c.number and n.at < business_now() - interval '30 days'
  ) order by c.number limit $1 for update skip locked
) returning 1`;

export const kept: readonly Retention[] = [
  { what: 'Changes, with their deliveries and attempts', kept: '30 days', statement: oldChanges },
];
