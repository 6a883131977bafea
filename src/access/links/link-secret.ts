import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keyring } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import { databaseNow } from '../oauth/database-now.js';

/** 256 bits, as they stand in an address or a cookie. */
export function newSecret(): Secret<string> {
  return new Secret(randomBytes(32).toString('base64url'));
}

/** The secret of the visit that begins with this cookie. */
export function secretFrom({ digest }: Keyring, ticket: string): Secret<string> {
  return new Secret(digest('link-visit', ticket).toString('base64url'));
}

/** What is stored of a secret of a link or of a browser. */
export function hashOf({ digest }: Keyring, purpose: 'link' | 'visit', secret: Secret<string>): Buffer {
  return digest(purpose, secret.reveal());
}

/** What is stored of a code: it works in one browser only. */
export function codeHash({ digest }: Keyring, visitId: string, code: string): Buffer {
  return digest('link-code', `${visitId} ${code}`);
}

export const ticketMs = 15 * 60_000;

/**
 * Stands for the secret of a link in a browser until somebody begins. It is signed instead of stored, so that looking at
 * a link changes nothing at all.
 */
export async function newTicket(
  { keyring: { digest }, sql }: Pick<House, 'keyring' | 'sql'>,
  linkId: string,
): Promise<Secret<string>> {
  const now = await databaseNow(sql);
  const body = `${linkId}.${now.getTime() + ticketMs}.${randomBytes(16).toString('base64url')}`;
  return new Secret(`t.${body}.${digest('link-ticket', body).toString('base64url')}`);
}

/** The link's id; undefined for a ticket that is not ours or is over. */
export function readTicket({ digest }: Keyring, ticket: string, now: Date): string | undefined {
  const [, body, linkId, until, seal] = /^t\.(([0-9a-f-]{36})\.(\d{13})\.[\w-]{22})\.([\w-]{43})$/.exec(ticket) ?? [];
  if (body === undefined || seal === undefined) return undefined;
  const genuine = timingSafeEqual(digest('link-ticket', body), Buffer.from(seal, 'base64url'));
  return genuine && Number(until) > now.getTime() ? linkId : undefined;
}
