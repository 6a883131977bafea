import { type Follow, outboxTopic } from '../outbox/index.js';
import type { House } from '../scope.js';

/** Queues what has come into the change feed for every endpoint that is to hear of it. */
export function queueDeliveries({ bus }: Pick<House, 'bus'>): Follow {
  return async (tx, { from, to }) => {
    const queued = await tx.rows(queue, [from, to]);
    if (queued.length > 0) bus.publish(outboxTopic, null);
  };
}

/** In a statement with `changes c` and `endpoints e`. */
export const isFor = `(e.customer_id is null or e.customer_id = c.customer_id) and (e.types is null or c.type = any (e.types))`;

const queue = `
insert into deliveries (customer_id, endpoint_id, change_id, number)
select e.customer_id, e.id, c.id, c.number from changes c join endpoints e on ${isFor}
where c.number between $1 and $2 and e.state = 'ACTIVE'
on conflict do nothing returning 1`;
