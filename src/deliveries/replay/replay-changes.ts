import { invalid, record } from '../../customers/index.js';
import { outboxTopic } from '../../outbox/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import type { ReplayChangesInput } from '../delivery.type.js';
import { readEndpoint } from '../endpoints/read-endpoint.js';
import { isFor } from '../queue-deliveries.js';
import { requireActive } from './replay-delivery.js';

/** So many changes are gone through in one transaction. */
const atOnce = 1_000;

/**
 * Queues the changes of a stretch of time for an endpoint, those too that it was never sent because it was disabled or not yet
 * there. They keep their message ids. Where it is broken off, what is queued stays, and the same asked again goes on with the rest.
 *
 * @returns how many were queued.
 * @throws CallerError NOT_FOUND, INVALID_INPUT, CONFLICT when the endpoint is disabled
 */
export async function replayChanges(scope: Scope, input: ReplayChangesInput): Promise<number> {
  const { endpointId, from, to, types } = input;
  if (to != null && to <= from) throw invalid('input.to', 'must be later than `from`');
  if (from > scope.clock.now()) throw invalid('input.from', 'lies in the future, where there are no changes yet');
  await inTransaction(scope, async inside => {
    const endpoint = await readEndpoint(inside, endpointId);
    requireActive(endpoint);
    const { customerId } = endpoint;
    const details = { from: from.toISOString(), to: to?.toISOString() ?? null, types: types?.join() ?? null };
    await record(inside, { act: 'endpoint.replayed', target: `endpoint ${endpointId}`, customerId, details });
  });
  let queued = 0;
  let after: string | null = '0';
  while (after !== null) {
    scope.signal.throwIfAborted();
    const done: Replayed = await replaySome(scope, input, after);
    if (done.queued > 0) scope.bus.publish(outboxTopic, null);
    queued += done.queued;
    after = done.last;
  }
  return queued;
}

interface Replayed {
  readonly queued: number;
  /** Number of the last change that was gone through; null at the end. */
  readonly last: string | null;
}

async function replaySome(scope: Scope, input: ReplayChangesInput, after: string): Promise<Replayed> {
  const { endpointId, from, to, types, onlyMissing } = input;
  const values = [endpointId, after, from, to ?? null, types?.join() ?? null, atOnce, onlyMissing, atOnce];
  const [row] = await inTransaction(scope, ({ em }) => em.execute<Replayed[]>(replay, values));
  return row ?? { queued: 0, last: null };
}

// What waits is left as it is: somebody may have it in hand. A change that comes into the feed meanwhile is sent anyhow.
const replay = `
with stretch as materialized (
  select e.customer_id, e.id as endpoint_id, c.id as change_id, c.number from changes c join endpoints e on ${isFor}
  where e.id = ? and c.number > ? and c.at >= ? and c.at < coalesce(?::timestamptz, 'infinity')
    and c.type = any (coalesce(string_to_array(?, ','), array[c.type]))
  order by c.number limit ?
), queued as (
  insert into deliveries (customer_id, endpoint_id, change_id, number, replayed_at)
  select customer_id, endpoint_id, change_id, number, date_trunc('milliseconds', now()) from stretch
  on conflict (endpoint_id, change_id) do update set status = 'WAITING', tries = 0, due_at = now(), delivered_at = null,
    replayed_at = excluded.replayed_at
  where deliveries.status = 'DEAD' or (deliveries.status = 'DELIVERED' and not ?)
  returning 1
)
select (select count(*) from queued)::integer as queued,
  (select max(number)::text from stretch having count(*) = ?) as last`;
