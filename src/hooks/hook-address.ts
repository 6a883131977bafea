/**
 * The address of a hook: its id, and a digest of it that only this hub can make. Whoever guesses costs no look into the database, and learns
 * nothing: what is no address of ours is answered like every other page that is not there.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Keyring } from '../core/ports.js';

const root = '/hooks/';
const bytesOfEach = 16;

/** Path of the address, in 43 characters behind its root. */
export function hookPath(keyring: Pick<Keyring, 'digest'>, id: string): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return root + Buffer.concat([bytes, digestOf(keyring, bytes)]).toString('base64url');
}

/** The id of the hook; undefined when this is no address that we have made. */
export function hookIdIn(keyring: Pick<Keyring, 'digest'>, path: string): string | undefined {
  if (!/^\/hooks\/[\w-]{43}$/.test(path)) return undefined;
  const bytes = Buffer.from(path.slice(root.length), 'base64url');
  const id = bytes.subarray(0, bytesOfEach);
  // One text only stands for the same bytes.
  if (bytes.length !== 2 * bytesOfEach || root + bytes.toString('base64url') !== path) return undefined;
  if (!timingSafeEqual(bytes.subarray(bytesOfEach), digestOf(keyring, id))) return undefined;
  const hex = id.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function digestOf(keyring: Pick<Keyring, 'digest'>, id: Uint8Array): Buffer {
  return keyring.digest('hook address', id).subarray(0, bytesOfEach);
}
