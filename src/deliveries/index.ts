/** What other programs are told: their endpoints, and the changes that are sent there. */
import type { SealedColumn } from '../core/sealed-column.js';
import { Delivery, DeliveryAttempt } from './delivery.entity.js';
import { DeliveryResolver } from './delivery.resolver.js';
import { Endpoint } from './endpoints/endpoint.entity.js';
import { EndpointResolver } from './endpoints/endpoint.resolver.js';

export { measureDeliveries } from './measure-deliveries.js';
export { queueDeliveries } from './queue-deliveries.js';
export { sendDeliveries } from './send-deliveries.js';

const sealed: readonly SealedColumn[] = (['sealed', 'earlier_sealed'] as const).map(column => ({
  ...{ table: 'endpoints', column, key: 'id', keyType: 'uuid', owner: 'customer or house' },
  ...{ rowId: 't.id::text', epoch: '0' },
}));

export const feature = {
  entities: [Endpoint, Delivery, DeliveryAttempt],
  resolvers: [EndpointResolver, DeliveryResolver],
  sealed,
};
