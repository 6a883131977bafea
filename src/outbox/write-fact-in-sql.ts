import { randomUUID } from 'node:crypto';
import type { SqlTransaction } from '../core/ports.js';
import { awaitsReaction } from './fact-kind.js';
import type { NewFact } from './write-fact.js';

/** As `writeFact`, in a transaction of plain SQL. */
export async function writeFactInSql(tx: SqlTransaction, at: Date, fact: NewFact): Promise<void> {
  const { kind, customerId, connectionId = null, linkId = null, details = {} } = fact;
  await tx.rows(
    `insert into facts (id, customer_id, kind, connection_id, link_id, details, at, awaits_reaction)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [randomUUID(), customerId, kind, connectionId, linkId, JSON.stringify(details), at, awaitsReaction(kind)],
  );
}
