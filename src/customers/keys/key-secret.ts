import { createHash, randomBytes } from 'node:crypto';
import { Secret } from '../../core/secret.js';

/** `pb_` and 43 characters of base64url: 256 random bits. The prefix lets scanners find a leaked one. */
export function makeKeySecret(): Secret<string> {
  return new Secret(`pb_${randomBytes(32).toString('base64url')}`);
}

export function hashKeySecret(secret: Secret<string>): Buffer {
  return createHash('sha256').update(secret.reveal()).digest();
}
