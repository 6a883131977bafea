import { randomBytes } from 'node:crypto';
import { Secret } from '../../src/core/secret.js';
import { type KeysOfHub } from '../../src/infra/database.js';
import { localKms, type NamedKey } from '../../src/infra/kms/local.js';

/** The key that every hub of the tests has, unless a test says otherwise. */
export const usualKey: NamedKey = namedKey('test', Buffer.alloc(32, 7));

export function namedKey(name: string, bytes: Uint8Array = randomBytes(32)): NamedKey {
  return { name, key: new Secret(bytes) };
}

/** Newest first. */
export function keysOf(...keys: readonly NamedKey[]): KeysOfHub {
  return { kms: localKms(keys), oldest: keys.at(-1)?.key };
}
