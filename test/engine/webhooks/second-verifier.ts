/**
 * A second verifier of inbound events, written from the platforms' papers alone and on another cryptography (Web Crypto), so that
 * two mistakes should not agree. It knows no reasons, only yes and no.
 */
import { webcrypto } from 'node:crypto';
import type { Authenticity } from '#connector';
import type { InboundEvent } from '../../../src/engine/index.js';

const { subtle } = webcrypto;
const toleranceSeconds = 5 * 60;

interface Known {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly now: Date;
}

export async function isGenuine(by: Authenticity, event: InboundEvent, known: Known): Promise<boolean> {
  if (by.kind === 'unguessable-url') return event.url === known.url;
  const verdicts = await Promise.all(known.secrets.map(secret => isProvenBy(secret, by, event, known)));
  return verdicts.includes(true);
}

async function isProvenBy(secret: string, by: Authenticity, event: InboundEvent, known: Known): Promise<boolean> {
  const { headers, body } = event;
  switch (by.kind) {
    case 'standard-webhooks': {
      const family = 'webhook-id' in headers ? 'webhook-' : 'svix-';
      const id = headers[`${family}id`] ?? '';
      const sentAt = headers[`${family}timestamp`] ?? '';
      if (id === '' || id.includes('.') || !isTimely(sentAt, known.now)) return false;
      const key = Buffer.from(secret.startsWith('whsec_') ? secret.slice(6) : secret, 'base64');
      const mac = await hmac(key, [Buffer.from(`${id}.${sentAt}.`), body]);
      const expected = ['v1', mac.toString('base64')].join(',');
      return (headers[`${family}signature`] ?? '').split(' ').includes(expected);
    }
    case 'hmac': {
      const sentAt = headers[by.timestamp] ?? '';
      if (!isTimely(sentAt, known.now)) return false;
      const [start = '', end = ''] = by.template.split('{body}');
      const text = [Buffer.from(start.replace('{timestamp}', sentAt)), body, Buffer.from(end)];
      const mac = await hmac(Buffer.from(secret), text);
      return headers[by.signature] === `${by.prefix}${mac.toString('hex')}`;
    }
    case 'static-token':
      return by.headers.some(name => headers[name] === secret);
    case 'signed-jwt':
      return isSignedToken(headers[by.header] ?? '', secret, claims => claims[by.url] === known.url, {
        ...{ claim: by.bodySha256, body, now: known.now },
      });
    case 'unguessable-url':
      return false;
  }
}

async function isSignedToken(
  token: string,
  pem: string,
  isForUs: (claims: Record<string, unknown>) => boolean,
  { claim, body, now }: { claim: string; body: Buffer; now: Date },
): Promise<boolean> {
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token);
  if (parts === null) return false;
  const [, head = '', payload = '', signature = ''] = parts;
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await subtle.importKey('spki', der, rsa, false, ['verify']);
  const bytes = Buffer.from(signature, 'base64url');
  // Of several ways to write the same bytes only one is the signature.
  if (bytes.toString('base64url') !== signature) return false;
  if (!(await subtle.verify(rsa.name, key, bytes, Buffer.from(`${head}.${payload}`)))) return false;
  const [header, claims] = [head, payload].map(part => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const digest = Buffer.from(await subtle.digest('SHA-256', new Uint8Array(body))).toString('hex');
  const seconds = now.getTime() / 1_000;
  const isLive = (claims.exp ?? Infinity) > seconds && Math.abs(seconds - (claims.iat ?? seconds)) <= toleranceSeconds;
  return header.alg === 'RS256' && claims[claim] === digest && isForUs(claims) && isLive;
}

async function hmac(key: Uint8Array, parts: readonly Uint8Array[]): Promise<Buffer> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['sign']);
  return Buffer.from(await subtle.sign('HMAC', imported, Buffer.concat(parts)));
}

function isTimely(sentAt: string, now: Date): boolean {
  const isNumber = sentAt.length > 0 && sentAt.split('').every(digit => digit >= '0' && digit <= '9');
  return isNumber && Math.abs(now.getTime() / 1_000 - Number(sentAt)) <= toleranceSeconds;
}
