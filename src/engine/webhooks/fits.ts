import type { Authenticity } from '#connector';
import type { Secret } from '../../core/secret.js';
import { isPublicKey } from './signed-jwt.js';
import { isStandardSecret } from './standard-webhooks.js';

/** Whether events could be verified by this at all; where anything may be a secret, it is taken for one. */
export function fits({ kind }: Authenticity, secret: Secret<string>): boolean {
  if (kind === 'signed-jwt') return isPublicKey(secret);
  return kind !== 'standard-webhooks' || isStandardSecret(secret);
}
