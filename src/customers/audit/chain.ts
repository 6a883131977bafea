/**
 * The audit trail as chains: one of each customer, one of the house.
 *
 * Each entry carries a keyed digest of itself and of the entry before, so an edited, moved or missing
 * entry shows. The head carries a keyed digest of the last place, so a trail that was cut short shows too.
 * The keys are not in the database: whoever owns only the database cannot make digests.
 */
import type { Keyring } from '../../core/ports.js';
import type { AuditEntry } from './audit-entry.entity.js';

const houseChain = 'house';
export const beginning: Buffer = Buffer.alloc(32);

export function chainOf(customerId: string | null | undefined): string {
  return customerId ?? houseChain;
}

export function entryDigest(keyring: Keyring, entry: Omit<AuditEntry, 'digest'>): Buffer {
  const { chain, number, customerId, at, actor, actorKeyId, act, target, details, previous } = entry;
  const said = { chain, number, customerId, at: at.toISOString(), actor, actorKeyId, act, target, details };
  return keyring.digest('audit', Buffer.concat([previous, Buffer.from(canonical(said))]));
}

export function headDigest(keyring: Keyring, chain: string, number: number, last: Buffer): Buffer {
  return keyring.digest('audit head', `${chain}|${number}|${last.toString('hex')}`);
}

/** JSON with sorted names: PostgreSQL's jsonb does not keep their order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}
