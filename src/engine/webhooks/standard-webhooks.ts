import { createHmac } from 'node:crypto';
import type { Secret } from '../../core/secret.js';
import { type Endpoint, type InboundEvent, type Proof, type RefusalReason, untimely } from './inbound-event.js';
import { isSame } from './is-same.js';

const mostSignatures = 16;

/** The header that names an event; those of the scheme's first user are taken too. */
export function standardEventId({ headers }: InboundEvent): string | undefined {
  return headers['webhook-id'] ?? headers['svix-id'];
}

/**
 * standardwebhooks.com: HMAC-SHA256 of `id.timestamp.body`, in base64. The published library reads the machine's clock, throws texts and
 * knows one secret at a time; it is the judge in the tests.
 */
export function ofStandardWebhooks(event: InboundEvent, { secrets }: Endpoint, now: Date): Proof {
  const prefix = event.headers['webhook-id'] === undefined ? 'svix' : 'webhook';
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(name => event.headers[`${prefix}-${name}`]);
  if (!id || !timestamp || !signatures) return { refused: 'header-missing' };
  // A dot in the id would let the same bytes mean another id, time and body.
  if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id) || !/^\d{1,12}$/.test(timestamp))
    return { refused: 'header-malformed' };
  const given = signatures.split(' ');
  if (given.length > mostSignatures) return { refused: 'header-malformed' };
  const wrongTime = untimely(Number(timestamp), now);
  if (wrongTime !== undefined) return { refused: wrongTime };

  let reason: RefusalReason = secrets.length === 0 ? 'no-secret' : 'unusable-secret';
  for (const secret of secrets) {
    const key = keyOf(secret);
    if (key === undefined) continue;
    reason = 'wrong-signature';
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(event.body).digest('base64');
    // As texts: more than one base64 text stands for the same bytes.
    if (given.some(signature => isSame(signature, `v1,${digest}`))) return { secret };
  }
  return { refused: reason };
}

/** Whether it is a secret that signatures are verified by. */
export function isStandardSecret(secret: Secret<string>): boolean {
  return keyOf(secret) !== undefined;
}

function keyOf(secret: Secret<string>): Buffer | undefined {
  const text = secret
    .reveal()
    .trim()
    .replace(/^whsec_/, '');
  return /^[A-Za-z0-9+/]{2,}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
