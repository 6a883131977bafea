import { createHash } from 'node:crypto';
import type { Promised } from './grants.js';

/** Whether a verifier is the one that a challenge was made from (RFC 7636). */
export function matchesChallenge(verifier: string, { value, method }: NonNullable<Promised['challenge']>): boolean {
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false;
  return value === (method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'));
}
