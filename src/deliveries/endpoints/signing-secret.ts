import { randomBytes } from 'node:crypto';
import { houseOwner, type Keyring } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';

/** Where a secret is kept: the one that signs, or the one before. */
export interface Place {
  readonly column: 'sealed' | 'earlier_sealed';
  readonly id: string;
  readonly customerId: string | null;
}

/** As Standard Webhooks writes them. */
export const secretPrefix = 'whsec_';

export function makeSigningSecret(): Secret<string> {
  return new Secret(`${secretPrefix}${randomBytes(32).toString('base64')}`);
}

export function sealSigningSecret(keyring: Keyring, place: Place, secret: Secret<string>): Promise<Buffer> {
  return keyring.seal(Buffer.from(secret.reveal()), contextOf(place));
}

export async function openSigningSecret(keyring: Keyring, place: Place, sealed: Uint8Array): Promise<Secret<string>> {
  return new Secret((await keyring.open(sealed, contextOf(place))).toString());
}

function contextOf({ column, id, customerId }: Place) {
  return { customerId: customerId ?? houseOwner, field: `endpoints.${column}`, rowId: id, epoch: 0 };
}
