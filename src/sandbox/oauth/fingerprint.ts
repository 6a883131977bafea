import { createHash } from 'node:crypto';

/** Stands for a secret where it must not be shown: 16 hex digits of its SHA-256. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 16);
}
