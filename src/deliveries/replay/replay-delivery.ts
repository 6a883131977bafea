import { CallerError, notFound } from '../../core/errors.js';
import { record } from '../../customers/index.js';
import { outboxTopic } from '../../outbox/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { Delivery } from '../delivery.entity.js';
import { type Endpoint, EndpointState } from '../endpoints/endpoint.entity.js';
import { readEndpoint } from '../endpoints/read-endpoint.js';

/**
 * Sends a change again, under the same message id; one that waits is sent now.
 *
 * @throws CallerError NOT_FOUND, CONFLICT when its endpoint is disabled
 */
export async function replayDelivery(scope: Scope, id: string): Promise<Delivery> {
  const delivery = await inTransaction(scope, async inside => {
    const { em } = inside;
    const found = await em.findOne(Delivery, { id });
    if (found === null) throw notFound('delivery');
    const { customerId, endpointId } = found;
    requireActive(await readEndpoint(inside, endpointId));
    await em.execute(
      `update deliveries set due_at = now(), replayed_at = date_trunc('milliseconds', now()), status = 'WAITING', delivered_at = null,
         tries = case status when 'WAITING' then tries else 0 end where id = ?`,
      [id],
    );
    await record(inside, { act: 'delivery.replayed', target: `delivery ${id}`, customerId, details: { endpointId } });
    return em.findOneOrFail(Delivery, { id }, { refresh: true, populate: ['change'] });
  });
  scope.bus.publish(outboxTopic, null);
  return delivery;
}

/** @throws CallerError CONFLICT */
export function requireActive({ state, disabledBecause }: Endpoint): void {
  if (state === EndpointState.ACTIVE) return;
  throw new CallerError('CONFLICT', `The endpoint is disabled. ${disabledBecause ?? ''}`.trim(), {
    remedy: 'Enable it with `updateEndpoint`, then have it sent again.',
  });
}
