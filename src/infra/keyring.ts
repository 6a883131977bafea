import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { BrokenPromise } from '../core/errors.js';
import type { Keyring, Kms, SealContext, Sql } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { cipherOverhead, decrypt, encrypt } from './cipher.js';
import { type DataKey, DataKeys } from './keyring/data-keys.js';

export interface KeyringParts {
  readonly kms: Kms;
  /** What digests hang on: it stays the same for ever, whatever becomes of the keys that wrap. */
  readonly root: Secret<Uint8Array>;
  readonly sql: Sql;
}

export interface OpenKeyring extends Keyring {
  /** A customer, or the house, may have a newer data key. */
  lookAgain(customerId: string): void;
  /** Lets go of all data keys. */
  close(): void;
}

const format = 1;
const headBytes = 3;

/**
 * Envelope encryption: each customer has data keys, and so has the house; they are wrapped by keys outside the database.
 * What the ciphertext belongs to, and the data key's version, are its associated data.
 *
 * A sealed value is: format (1 byte), version of the data key (2), nonce (12), ciphertext, tag (16).
 */
export function openKeyring({ kms, root, sql }: KeyringParts): OpenKeyring {
  const dataKeys = new DataKeys(kms, sql);
  /** Each purpose is a word in the code, so there are few. */
  const digestKeys = new Map<string, KeyObject>();
  return {
    seal: async (plain, context) => sealWith(await dataKeys.newest(context.customerId), plain, context),
    open: async (sealed, context) => {
      if (sealed.length < headBytes + cipherOverhead) throw new BrokenPromise('A sealed value was cut off.');
      const version = Buffer.from(sealed.subarray(1, headBytes)).readUInt16BE();
      const found = sealed[0] === format ? await dataKeys.ofVersion(context.customerId, version) : undefined;
      if (found === undefined) throw new BrokenPromise('A sealed value has an unknown form or key.');
      return decrypt(found.key, sealed.subarray(headBytes), associated(context, version));
    },
    sealer: async customerId => {
      const key = await dataKeys.newest(customerId);
      return (plain, context) => sealWith(key, plain, { ...context, customerId });
    },
    digest(purpose, content) {
      let key = digestKeys.get(purpose);
      if (key === undefined) {
        key = createSecretKey(createHmac('sha256', root.reveal()).update(purpose).digest());
        digestKeys.set(purpose, key);
      }
      return createHmac('sha256', key).update(content).digest();
    },
    lookAgain: customerId => dataKeys.lookAgain(customerId),
    close: () => dataKeys.close(),
  };
}

function associated({ customerId, field, rowId, epoch }: SealContext, version: number): string {
  return `${customerId}|${field}|${rowId}|${version}|${epoch}`;
}

function sealWith({ key, version }: DataKey, plain: Uint8Array, context: SealContext): Buffer {
  const head = Buffer.alloc(headBytes, format);
  head.writeUInt16BE(version, 1);
  return encrypt(key, plain, associated(context, version), head);
}
