import type { Keyring } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
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

export function sealProposed(keyring: Keyring, session: Place, { method, secret }: StoredSecret): Promise<Buffer> {
  const plain = Buffer.from(JSON.stringify({ method, secret: secret.reveal() }));
  return keyring.seal(plain, placeOf(session, 'proposed'));
}

export async function openProposed(keyring: Keyring, session: Place, sealed: Buffer): Promise<StoredSecret> {
  const plain = await keyring.open(sealed, placeOf(session, 'proposed'));
  const { method, secret } = JSON.parse(plain.toString()) as { method: string; secret: Record<string, string> };
  return { method, secret: new Secret(secret) };
}

function placeOf({ id, customerId }: Place, column: string) {
  return { customerId, field: `authorization_sessions.${column}`, rowId: id, epoch: 0 };
}
