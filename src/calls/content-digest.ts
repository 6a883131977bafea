import { createHash } from 'node:crypto';
import type { CallDraft } from '#connector';
import type { Keyring } from '../core/ports.js';

export interface CallContent {
  readonly draft: CallDraft;
  /** As the platform wrote them. */
  readonly document: Uint8Array;
  readonly transcript: Uint8Array | undefined;
}

/** Two contents with the same digest are the same. Keyed, since whoever takes the database could else try out what was said. */
export function contentDigest(keyring: Keyring, { draft, document, transcript }: CallContent): Buffer {
  const hash = createHash('sha256').update(JSON.stringify(draft)).update(document);
  if (transcript !== undefined) hash.update(transcript);
  return keyring.digest('call content', hash.digest());
}
