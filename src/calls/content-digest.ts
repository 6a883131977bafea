import type { Keyring } from '../core/ports.js';

export interface CallContent {
  /** As the platform wrote them. */
  readonly document: Uint8Array;
  readonly transcript: Uint8Array | undefined;
}

/**
 * Two contents with the same digest are the same. Keyed, since whoever takes the database could else try out what was said.
 *
 * @returns 32 bytes of the document, and 32 more of the transcript where there is one.
 */
export function contentDigest(keyring: Keyring, { document, transcript }: CallContent): Buffer {
  const ofCall = keyring.digest('call content', document);
  return transcript === undefined ? ofCall : Buffer.concat([ofCall, keyring.digest('transcript content', transcript)]);
}
