import type { Keyring, SqlTransaction } from '../../core/ports.js';
import type { AuditDetails } from './audit-entry.entity.js';
import { beginning, chainOf, entryDigest, headDigest } from './chain.js';

export interface HouseAct {
  readonly actor: string;
  /** Thing and past participle, as in `record`. */
  readonly act: string;
  readonly target: string;
  /** Plain values, as JSON has them. */
  readonly details: AuditDetails;
}

/** As `record`, for acts of the house where there is no entity manager: the operator's command line. */
export async function recordInSql(tx: SqlTransaction, keyring: Keyring, what: HouseAct): Promise<void> {
  const chain = chainOf(null);
  await tx.rows('insert into audit_heads (chain, number, digest) values ($1, 0, $2) on conflict do nothing', [
    ...[chain, headDigest(keyring, chain, 0, beginning)],
  ]);
  const [head] = await tx.rows<{ number: number; at: Date }>(
    `select number::integer as number, date_trunc('milliseconds', clock_timestamp()) as at from audit_heads where chain = $1 for update`,
    [chain],
  );
  const [last] = await tx.rows<{ digest: Buffer }>(
    'select digest from audit_entries where chain = $1 and number = $2',
    [chain, head?.number ?? 0],
  );
  const { actor, act, target, details } = what;
  const entry = {
    ...{ chain, number: (head?.number ?? 0) + 1, customerId: null, at: head?.at ?? new Date(), act, target, details },
    ...{ actor, actorKeyId: null, previous: last?.digest ?? beginning },
  };
  const digest = entryDigest(keyring, entry);
  await tx.rows(
    `insert into audit_entries (chain, number, at, actor, act, target, details, previous, digest)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [chain, entry.number, entry.at, actor, act, target, details, entry.previous, digest],
  );
  await tx.rows('update audit_heads set number = $2, digest = $3 where chain = $1', [
    ...[chain, entry.number, headDigest(keyring, chain, entry.number, digest)],
  ]);
}
