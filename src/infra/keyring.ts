import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { BrokenPromise } from '../core/errors.js';
import type { Keyring, SealContext, Sql } from '../core/ports.js';
import type { Secret } from '../core/secret.js';

/** A 256-bit key that is kept outside the database. The newest wraps; all of them unwrap. */
export interface NamedKey {
  readonly name: string;
  readonly key: Secret<Uint8Array>;
}

const format = 1;
const headBytes = 3;
const nonceBytes = 12;
const tagBytes = 16;
const keptMs = 5 * 60_000;

interface DataKey {
  readonly version: number;
  /** Bytes would be made into a key for each document anew, which takes seven times as long as encrypting it. */
  readonly key: KeyObject;
}

/**
 * Envelope encryption: each customer has data keys, wrapped by named keys. AES-256-GCM with a fresh
 * nonce; what the ciphertext belongs to, and the key's version, are its associated data.
 *
 * A sealed value is: format (1 byte), key version (2), nonce (12), ciphertext, tag (16).
 */
export function openKeyring(keys: readonly NamedKey[], sql: Sql): Keyring {
  const newest = keys[0];
  const oldest = keys.at(-1);
  if (newest === undefined || oldest === undefined) throw new BrokenPromise('A keyring needs at least one key.');
  const cache = new Map<string, { keys: Promise<readonly DataKey[]>; until: number }>();

  const dataKeys = (customerId: string): Promise<readonly DataKey[]> => {
    const kept = cache.get(customerId);
    if (kept !== undefined && kept.until > performance.now()) return kept.keys;
    const loaded = loadDataKeys(customerId, keys, newest, sql);
    cache.set(customerId, { keys: loaded, until: performance.now() + keptMs });
    loaded.catch(() => cache.delete(customerId));
    return loaded;
  };
  const current = async (customerId: string): Promise<DataKey> => (await dataKeys(customerId))[0] as DataKey;

  return {
    seal: async (plain, context) => sealWith(await current(context.customerId), plain, context),
    open: async (sealed, context) => {
      if (sealed.length < headBytes + nonceBytes + tagBytes) throw new BrokenPromise('A sealed value was cut off.');
      const version = Buffer.from(sealed.subarray(1, headBytes)).readUInt16BE();
      const found = (await dataKeys(context.customerId)).find(key => key.version === version);
      if (sealed[0] !== format || found === undefined)
        throw new BrokenPromise('A sealed value has an unknown form or key.');
      return decrypt(found.key, sealed.subarray(headBytes), associated(context, version));
    },
    sealer: async customerId => {
      const key = await current(customerId);
      return (plain, context) => sealWith(key, plain, { ...context, customerId });
    },
    // Digests must stay the same when a key is added, so they hang on the oldest.
    digest: (purpose, data) =>
      createHmac('sha256', createHmac('sha256', oldest.key.reveal()).update(purpose).digest()).update(data).digest(),
  };
}

/** The customer's data keys, newest first; the first one is made when there is none. */
async function loadDataKeys(
  customerId: string,
  keys: readonly NamedKey[],
  newest: NamedKey,
  sql: Sql,
): Promise<readonly DataKey[]> {
  const rows = await sql.transaction({ customerId }, async tx => {
    // Whoever comes first makes the key; everybody reads the one that stands.
    await tx.rows(
      'insert into data_keys (customer_id, version, wrapped, wrapped_by) values ($1, 1, $2, $3) on conflict do nothing',
      [customerId, encrypt(newest.key.reveal(), randomBytes(32), wrapping(customerId, 1)), newest.name],
    );
    return tx.rows<{ version: number; wrapped: Buffer; wrapped_by: string }>(
      'select version, wrapped, wrapped_by from data_keys where customer_id = $1 order by version desc',
      [customerId],
    );
  });
  return rows.map(({ version, wrapped, wrapped_by }) => {
    const named = keys.find(key => key.name === wrapped_by);
    if (named === undefined) {
      throw new BrokenPromise(
        `A data key is wrapped by "${wrapped_by}", which PATCHBAY_ENCRYPTION_KEYS does not hold.`,
      );
    }
    return { version, key: createSecretKey(decrypt(named.key.reveal(), wrapped, wrapping(customerId, version))) };
  });
}

function wrapping(customerId: string, version: number): string {
  return `data key|${customerId}|${version}`;
}

function associated({ customerId, field, rowId, epoch }: SealContext, version: number): string {
  return `${customerId}|${field}|${rowId}|${version}|${epoch}`;
}

function sealWith({ key, version }: DataKey, plain: Uint8Array, context: SealContext): Buffer {
  const head = Buffer.alloc(headBytes, format);
  head.writeUInt16BE(version, 1);
  return Buffer.concat([head, encrypt(key, plain, associated(context, version))]);
}

function encrypt(key: Uint8Array | KeyObject, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array | KeyObject, sealed: Uint8Array, context: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new BrokenPromise('A sealed value does not belong where it was found, or its key is another.', { cause });
  }
}
