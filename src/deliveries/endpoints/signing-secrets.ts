import type { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import type { Endpoint } from './endpoint.entity.js';
import { openSigningSecret } from './signing-secret.js';

type Sealed = Pick<Endpoint, 'id' | 'customerId' | 'sealed' | 'earlierSealed' | 'earlierUntil'>;

/** The secret that signs, and after a rotation for a while the one before as well. */
export async function signingSecretsOf(
  { keyring, clock }: Pick<House, 'keyring' | 'clock'>,
  { id, customerId, sealed, earlierSealed, earlierUntil }: Sealed,
): Promise<readonly Secret<string>[]> {
  const newest = await openSigningSecret(keyring, { column: 'sealed', id, customerId }, sealed);
  if (earlierSealed === null || earlierUntil === null || earlierUntil <= clock.now()) return [newest];
  return [newest, await openSigningSecret(keyring, { column: 'earlier_sealed', id, customerId }, earlierSealed)];
}
