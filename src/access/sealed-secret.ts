import type { Keyring, SealContext } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import type { StoredSecret } from './store-credential.js';

/** A credential, sealed for one place. */
export function sealSecret(keyring: Keyring, place: SealContext, { method, secret }: StoredSecret): Promise<Buffer> {
  return keyring.seal(Buffer.from(JSON.stringify({ method, secret: secret.reveal() })), place);
}

/** Opens what {@link sealSecret} sealed. */
export async function openSealedSecret(keyring: Keyring, place: SealContext, sealed: Buffer): Promise<StoredSecret> {
  const plain = await keyring.open(sealed, place);
  const { method, secret } = JSON.parse(plain.toString()) as { method: string; secret: Record<string, string> };
  return { method, secret: new Secret(secret) };
}
