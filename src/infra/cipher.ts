import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { BrokenPromise } from '../core/errors.js';

/** AES-256-GCM with a fresh nonce: nonce (12 bytes), ciphertext, tag (16). */

const nonceBytes = 12;
const tagBytes = 16;
export const cipherOverhead = nonceBytes + tagBytes;

/** `context` is what the plain bytes belong to: associated data. `head` comes before all, as it is. */
export function encrypt(key: Uint8Array | KeyObject, plain: Uint8Array, context: string, head = noHead): Buffer {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

const noHead = Buffer.alloc(0);

/** Made many at a time, since asking for twelve bytes takes as long as for thousands. Each is given out once. */
let nonces = Buffer.alloc(0);

function freshNonce(): Buffer {
  if (nonces.length === 0) nonces = randomBytes(256 * nonceBytes);
  const nonce = nonces.subarray(0, nonceBytes);
  nonces = nonces.subarray(nonceBytes);
  return nonce;
}

/** @throws BrokenPromise when the context or the key is another, or the bytes are not as they were. */
export function decrypt(key: Uint8Array | KeyObject, sealed: Uint8Array, context: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new BrokenPromise('A sealed value does not belong where it was found, or its key is another.', { cause });
  }
}
