import { createHmac } from 'node:crypto';
import type { Secret } from '../../core/secret.js';
import { secretPrefix } from '../endpoints/signing-secret.js';
import type { Message } from './message.js';

/** The headers of a message: a signature for each secret, so that a receiver may still know only the one before. */
export function signedHeaders(
  { id, body }: Message,
  secrets: readonly Secret<string>[],
  now: Date,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(now.getTime() / 1_000);
  const signatures = secrets.map(secret => {
    const key = Buffer.from(secret.reveal().slice(secretPrefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
