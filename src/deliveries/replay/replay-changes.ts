import { invalid, record } from '../../customers/index.js';
import { outboxTopic } from '../../outbox/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import type { ReplayChangesInput } from '../delivery.type.js';
import { readEndpoint } from '../endpoints/read-endpoint.js';
import { isFor } from '../queue-deliveries.js';
import { requireActive } from './replay-delivery.js';

/**
 * Queues the changes of a stretch of time for an endpoint, those too that it was never sent because it was disabled or not yet
 * there. They keep their message ids.
 *
 * @returns how many were queued.
 * @throws CallerError NOT_FOUND, INVALID_INPUT, CONFLICT when the endpoint is disabled
 */
export async function replayChanges(scope: Scope, input: ReplayChangesInput): Promise<number> {
  const { endpointId, from, to, types, onlyMissing } = input;
  if (to != null && to <= from) throw invalid('input.to', 'must be later than `from`');
  const queued = await inTransaction(scope, async inside => {
    const endpoint = await readEndpoint(inside, endpointId);
    requireActive(endpoint);
    const rows = await inside.em.execute<unknown[]>(replay, [
      endpointId,
      from,
      to ?? null,
      types?.join() ?? null,
      onlyMissing,
    ]);
    const { customerId } = endpoint;
    const details = {
      from: from.toISOString(),
      to: to?.toISOString() ?? null,
      types: types?.join() ?? null,
      queued: rows.length,
    };
    await record(inside, { act: 'endpoint.replayed', target: `endpoint ${endpointId}`, customerId, details });
    return rows.length;
  });
  scope.bus.publish(outboxTopic, null);
  return queued;
}

// What waits is left as it is: somebody may have it in hand.
const replay = `
insert into deliveries (customer_id, endpoint_id, change_id, number, replayed_at)
select e.customer_id, e.id, c.id, c.number, date_trunc('milliseconds', now()) from changes c join endpoints e on ${isFor}
where e.id = ? and c.number is not null and c.at >= ? and c.at < coalesce(?::timestamptz, 'infinity')
  and c.type = any (coalesce(string_to_array(?, ','), array[c.type]))
on conflict (endpoint_id, change_id) do update set status = 'WAITING', tries = 0, due_at = now(), delivered_at = null,
  replayed_at = excluded.replayed_at
where deliveries.status = 'DEAD' or (deliveries.status = 'DELIVERED' and not ?)
returning 1`;
