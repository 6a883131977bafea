import type { Keyring } from '../../core/ports.js';
import { openSealedSecret, sealSecret } from '../sealed-secret.js';
import type { StoredSecret } from '../store-credential.js';

/** What only the platform gives back, and what only the browser knows: the database holds digests of them. */
export function stateHash(keyring: Keyring, state: string): Buffer {
  return keyring.digest('oauth state', state);
}

export function browserHash(keyring: Keyring, browser: string): Buffer {
  return keyring.digest('oauth browser', browser);
}

interface Place {
  readonly id: string;
  readonly customerId: string;
}

export function sealVerifier(keyring: Keyring, session: Place, verifier: string): Promise<Buffer> {
  return keyring.seal(Buffer.from(verifier), placeOf(session, 'verifier'));
}

export async function openVerifier(keyring: Keyring, session: Place, sealed: Buffer): Promise<string> {
  return (await keyring.open(sealed, placeOf(session, 'verifier'))).toString();
}

export function sealProposed(keyring: Keyring, session: Place, stored: StoredSecret): Promise<Buffer> {
  return sealSecret(keyring, placeOf(session, 'proposed'), stored);
}

export function openProposed(keyring: Keyring, session: Place, sealed: Buffer): Promise<StoredSecret> {
  return openSealedSecret(keyring, placeOf(session, 'proposed'), sealed);
}

function placeOf({ id, customerId }: Place, column: string) {
  return { customerId, field: `authorization_sessions.${column}`, rowId: id, epoch: 0 };
}
