import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Authenticity } from '#connector';
import type { Secret } from '../../core/secret.js';
import { type Endpoint, type InboundEvent, type Proof, type RefusalReason, untimely } from './inbound-event.js';
import { isSame } from './is-same.js';

type Scheme = Extract<Authenticity, { kind: 'signed-jwt' }>;
type Claims = Readonly<Record<string, unknown>>;

/** Anything longer is no token. */
const mostCharacters = 8_192;
/** A shorter key could be worked out. */
const leastBits = 2_048;

/** RS256 and nothing else, whatever the token says of itself. */
export function ofSignedJwt(scheme: Scheme, event: InboundEvent, endpoint: Endpoint, now: Date): Proof {
  const token = event.headers[scheme.header];
  if (!token) return { refused: 'header-missing' };
  const [head = '', payload = '', signature = '', ...more] = token.length > mostCharacters ? [] : token.split('.');
  const header = claimsIn(head);
  const claims = claimsIn(payload);
  const signed = bytesIn(signature);
  if (!header || !claims || !signed || more.length > 0) return { refused: 'header-malformed' };
  if (header['alg'] !== 'RS256' || header['crit'] !== undefined) return { refused: 'wrong-algorithm' };

  let reason: RefusalReason = endpoint.secrets.length === 0 ? 'no-secret' : 'unusable-secret';
  for (const secret of endpoint.secrets) {
    const key = publicKeyOf(secret);
    if (key === undefined) continue;
    reason = 'wrong-signature';
    if (!verify('RSA-SHA256', Buffer.from(`${head}.${payload}`), key, signed)) continue;
    const problem = problemOf(scheme, claims, event, endpoint, now);
    return problem === undefined ? { secret } : { refused: problem };
  }
  return { refused: reason };
}

function problemOf(
  { url, bodySha256 }: Scheme,
  claims: Claims,
  { body }: InboundEvent,
  endpoint: Endpoint,
  now: Date,
): RefusalReason | undefined {
  const target = claims[url];
  if (typeof target !== 'string' || URL.parse(target)?.href !== URL.parse(endpoint.url)?.href) return 'wrong-target';
  const digest = claims[bodySha256];
  const expected = createHash('sha256').update(body).digest('hex');
  if (typeof digest !== 'string' || !isSame(digest, expected)) return 'wrong-body';
  // Times are not promised. Those that are there are kept to.
  const { iat, nbf, exp } = claims;
  if (typeof exp === 'number' && exp * 1_000 <= now.getTime()) return 'stale';
  if (typeof nbf === 'number' && untimely(nbf, now) === 'early') return 'early';
  return typeof iat === 'number' ? untimely(iat, now) : undefined;
}

function claimsIn(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(bytesIn(part)?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when the text is not the one and only base64url of its bytes. */
function bytesIn(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined;
}

/** Whether it is a public key that tokens are verified by. */
export function isPublicKey(secret: Secret<string>): boolean {
  return publicKeyOf(secret) !== undefined;
}

/** Reading a key takes longer than verifying by it, and a burst of events is verified by one. */
const keys = new WeakMap<Secret<string>, KeyObject | 'none'>();

function publicKeyOf(secret: Secret<string>): KeyObject | undefined {
  const key = keys.get(secret) ?? readKey(secret) ?? 'none';
  keys.set(secret, key);
  return key === 'none' ? undefined : key;
}

/** People paste the key with its frame or without. */
function readKey(secret: Secret<string>): KeyObject | undefined {
  const text = secret.reveal().trim();
  try {
    const key = text.startsWith('-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === 'rsa' && modulusLength >= leastBits ? key : undefined;
  } catch {
    return undefined;
  }
}
