import { randomUUID } from 'node:crypto';
import { isConnector } from '../../catalog/index.js';
import type { Keyring } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import type { House, Scope } from '../../scope.js';
import { methodNamed } from '../oauth/oauth-method.js';
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
  const plain = Buffer.from(JSON.stringify({ method: stored.method, secret: stored.secret.reveal() }));
  const sealed = await inside.keyring.seal(plain, placeOf({ id, customerId: cut.customerId }));
  const { connectionId, customerId, platform, appId } = cut;
  await inside.em.insert(Revocation, { id, connectionId, customerId, platform, appId, sealed });
  return 'waiting';
}

/** Opens what {@link queueRevocation} sealed. */
export async function openQueued(
  keyring: Keyring,
  row: { readonly id: string; readonly customerId: string; readonly sealed: Buffer },
): Promise<StoredSecret> {
  const plain = await keyring.open(row.sealed, placeOf(row));
  const { method, secret } = JSON.parse(plain.toString()) as { method: string; secret: Record<string, string> };
  return { method, secret: new Secret(secret) };
}

function isRevocable({ connectors }: Pick<House, 'connectors'>, platform: string, { method }: StoredSecret): boolean {
  const connector = connectors.get(platform);
  if (connector === undefined || !isConnector(connector)) return false;
  return methodNamed(connector, method)?.revokeUrl !== undefined;
}

function placeOf({ id, customerId }: { readonly id: string; readonly customerId: string }) {
  return { customerId, field: 'revocations.sealed', rowId: id, epoch: 0 };
}
