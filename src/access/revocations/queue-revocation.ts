import { randomUUID } from 'node:crypto';
import { isConnector } from '../../catalog/index.js';
import type { Keyring } from '../../core/ports.js';
import type { House, Scope } from '../../scope.js';
import { methodNamed } from '../oauth/oauth-method.js';
import { openSealedSecret, sealSecret } from '../sealed-secret.js';
import type { StoredSecret } from '../store-credential.js';
import type { RevocationState } from './revocation.type.js';
import { Revocation } from './revocation.entity.js';

export interface Cut {
  readonly connectionId: string;
  readonly customerId: string;
  readonly platform: string;
  readonly appId: string | null;
}

/**
 * Has a credential revoked at its platform after the commit, in the transaction that cuts the connection: it then lies
 * sealed here, and nowhere else, until the platform has answered or was asked often enough.
 */
export async function queueRevocation(inside: Scope, cut: Cut, stored: StoredSecret): Promise<RevocationState> {
  if (!isRevocable(inside, cut.platform, stored)) return 'not offered';
  const id = randomUUID();
  const sealed = await sealSecret(inside.keyring, placeOf({ id, customerId: cut.customerId }), stored);
  const { connectionId, customerId, platform, appId } = cut;
  await inside.em.insert(Revocation, { id, connectionId, customerId, platform, appId, sealed });
  return 'waiting';
}

/** Opens what {@link queueRevocation} sealed. */
export function openQueued(
  keyring: Keyring,
  row: { readonly id: string; readonly customerId: string; readonly sealed: Buffer },
): Promise<StoredSecret> {
  return openSealedSecret(keyring, placeOf(row), row.sealed);
}

function isRevocable({ connectors }: Pick<House, 'connectors'>, platform: string, { method }: StoredSecret): boolean {
  const connector = connectors.get(platform);
  if (connector === undefined || !isConnector(connector)) return false;
  return methodNamed(connector, method)?.revokeUrl !== undefined;
}

function placeOf({ id, customerId }: { readonly id: string; readonly customerId: string }) {
  return { customerId, field: 'revocations.sealed', rowId: id, epoch: 0 };
}
