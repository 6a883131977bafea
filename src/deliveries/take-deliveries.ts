import type { Sql } from '../core/ports.js';
import type { ChangeRow } from './messages/message.js';

/** Longer than any try can take. */
const leaseSeconds = 45;

/** A delivery in hand, with its endpoint and its change. */
export interface Taken extends Omit<ChangeRow, 'id' | 'customer_id'> {
  readonly delivery_id: string;
  readonly tries: number;
  readonly change_id: string;
  readonly change_customer_id: string;
  readonly endpoint_id: string;
  readonly endpoint_customer_id: string | null;
  readonly url: string;
  readonly sealed: Buffer;
  readonly earlier_sealed: Buffer | null;
  readonly earlier_until: Date | null;
  /** Where the change was written. */
  readonly traceparent: string | null;
}

/**
 * Takes what is due, one delivery of each endpoint: so messages come in order as long as none fails, a slow endpoint holds up
 * itself alone, and a process that dies leaves one message of each in doubt.
 */
export function takeDeliveries(sql: Sql, most: number): Promise<Taken[]> {
  return sql.transaction('all', tx => tx.rows<Taken>(take, [most, leaseSeconds]));
}

const take = `
with ready as (
  select e.id, d.id as delivery_id
  from endpoints e cross join lateral (
    select id, due_at from deliveries
    where endpoint_id = e.id and status = 'WAITING' and due_at <= clock_timestamp()
    order by due_at, number limit 1
  ) d
  where e.state = 'ACTIVE' and coalesce(e.leased_until, '-infinity') < clock_timestamp()
    and coalesce(e.resume_at, '-infinity') <= clock_timestamp()
  order by d.due_at limit $1 for update of e skip locked
), leased as (
  update endpoints e set leased_until = clock_timestamp() + $2 * interval '1 second', in_hand = r.delivery_id
  from ready r where e.id = r.id
  returning e.id, e.customer_id, e.url, e.sealed, e.earlier_sealed, e.earlier_until, e.in_hand
), tried as (
  update deliveries d set tries = d.tries + 1 from leased l where d.id = l.in_hand returning d.id, d.tries, d.change_id, d.endpoint_id
)
select t.id as delivery_id, t.tries, c.id as change_id, c.customer_id as change_customer_id, c.type, c.at, c.connection_id, c.import_id,
  c.sync_id, c.alert_id, c.call_ids, c.traceparent, l.id as endpoint_id, l.customer_id as endpoint_customer_id, l.url, l.sealed, l.earlier_sealed, l.earlier_until
from tried t join leased l on l.id = t.endpoint_id join changes c on c.id = t.change_id`;
