import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import type { Endpoint } from './endpoint.entity.js';
import { lockEndpoint } from './read-endpoint.js';

/** Ends it for good, and what waits for it. @returns as it was. @throws CallerError NOT_FOUND */
export function deleteEndpoint(scope: Scope, id: string): Promise<Endpoint> {
  return inTransaction(scope, async inside => {
    const endpoint = await lockEndpoint(inside, id);
    await inside.em.execute('delete from endpoints where id = ?', [id]);
    const { customerId, url } = endpoint;
    const details = { host: new URL(url).host };
    await record(inside, { act: 'endpoint.deleted', target: `endpoint ${id}`, customerId, details });
    return endpoint;
  });
}
