import { LockMode } from '@mikro-orm/postgresql';
import { notFound } from '../../core/errors.js';
import { type House, inTransaction, type Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { ApiKey } from './api-key.entity.js';

/** Bus topic: an API key stopped working. The message is `{ id }`. */
export const keyRevokedTopic = 'key-revoked';

/** Ends a key. A key that has ended already keeps its time. */
export async function revokeApiKey(scope: Scope, id: string): Promise<ApiKey> {
  const key = await inTransaction(scope, async inside => {
    const key = await inside.em.findOne(ApiKey, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (key === null) throw notFound('API key');
    await inside.em.populate(key, ['staff']);
    if (key.revokedAt !== null) return key;
    key.revokedAt = scope.clock.now();
    await inside.em.flush();
    const { customerId, label } = key;
    await record(inside, { act: 'api-key.revoked', target: `api key ${id}`, customerId, details: { label } });
    return key;
  });
  announceRevoked(scope, id);
  return key;
}

/** After the commit, so that whoever hears of it reads the truth. */
export function announceRevoked({ bus }: Pick<House, 'bus'>, id: string): void {
  bus.publish(keyRevokedTopic, { id });
}
