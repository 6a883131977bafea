import type { Retention } from '../core/retention.js';

// How a connection stands is read from the newest of each kind, and while it is in trouble from all of them. What awaits
// what follows from it, and that an account is shared, stays as long as it is so.
const facts = `
delete from facts where id in (
  select f.id from facts f left join connections n on n.id = f.connection_id
  where f.at < (select business_now()) - interval '90 days' and not f.awaits_reaction and f.kind <> 'account.shared'
    and (n.id is null or n.credential_health not in ('broken', 'expiring') and exists (
      select from facts l where l.connection_id = f.connection_id and l.number > f.number and l.kind = f.kind
        and (l.details ->> 'alertId' is null) = (f.details ->> 'alertId' is null)
    ))
  limit $1 for update of f skip locked
) returning 1`;

export const kept: readonly Retention[] = [
  {
    what: 'Facts from which something has followed if it was to, but the newest of each kind of a connection, and all of one that is broken or ends soon',
    kept: '90 days',
    statement: facts,
  },
];
