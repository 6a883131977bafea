import type { Secret } from '../../core/secret.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import type { Endpoint } from './endpoint.entity.js';
import { lockEndpoint } from './read-endpoint.js';
import { makeSigningSecret, openSigningSecret, sealSigningSecret } from './signing-secret.js';

/** So long messages carry signatures by both. */
const overlapMs = 24 * 60 * 60_000;

/** Makes a new secret; the one before signs as well for a day. @throws CallerError NOT_FOUND */
export function rotateEndpointSecret(
  scope: Scope,
  id: string,
): Promise<{ readonly endpoint: Endpoint; readonly secret: Secret<string> }> {
  return inTransaction(scope, async inside => {
    const endpoint = await lockEndpoint(inside, id);
    const now = inside.clock.now();
    const secret = makeSigningSecret();
    const place = { id, customerId: endpoint.customerId };
    const before = await openSigningSecret(inside.keyring, { ...place, column: 'sealed' }, endpoint.sealed);
    const earlierSealed = await sealSigningSecret(inside.keyring, { ...place, column: 'earlier_sealed' }, before);
    const sealed = await sealSigningSecret(inside.keyring, { ...place, column: 'sealed' }, secret);
    const earlierUntil = new Date(now.getTime() + overlapMs);
    Object.assign(endpoint, { earlierSealed, earlierUntil, sealed, updatedAt: now });
    await inside.em.flush();
    const { customerId } = place;
    await record(inside, { act: 'endpoint.secret-rotated', target: `endpoint ${id}`, customerId });
    return { endpoint, secret };
  });
}
