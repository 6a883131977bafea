import type { Keyring } from '../core/ports.js';

export interface CallContent {
  /** As the platform wrote them. */
  readonly document: Uint8Array;
  readonly transcript: Uint8Array | undefined;
}

/** Two contents with the same digest are the same. Keyed, since whoever takes the database could else try out what was said. */
export function contentDigest(keyring: Keyring, { document, transcript }: CallContent): Buffer {
  const parts = [`${document.length} `, document];
  return keyring.digest('call content', ...(transcript === undefined ? parts : [...parts, transcript]));
}
