import type { SqlTransaction } from '../../core/ports.js';
import type { Lease } from '../lease.js';

export interface AccountOfCalls {
  readonly customerId: string;
  readonly platform: string;
  readonly accountId: string;
}

/** These records are calls now, or are to be none: they are no longer kept, and no failures of the runs that listed them. */
export async function settleUnread(
  tx: SqlTransaction,
  { customerId, platform, accountId }: AccountOfCalls,
  externalIds: readonly string[],
): Promise<void> {
  if (externalIds.length > 0) await tx.rows(settle, [customerId, platform, accountId, externalIds]);
}

const settle = `
with gone as (
  delete from unread_records where customer_id = $1 and platform = $2 and account_id = $3 and external_id = any ($4)
), used as (
  delete from unusable_records u using runs r
  where u.customer_id = $1 and u.stage = 'call' and u.external_id = any ($4)
    and r.id = u.run_id and r.platform = $2 and r.account_id = $3
  returning u.run_id
)
update runs set unusable = unusable - n, sequence = sequence + 1
from (select run_id, count(*)::integer as n from used group by run_id) u where id = u.run_id`;

/** At the end of a run: what could be read when the platform sent it again waits no longer. @returns whether there was any. */
export async function settleFetched(tx: SqlTransaction, { runId }: Lease): Promise<boolean> {
  const [found] = await tx.rows<AccountOfCalls & { externalIds: string[] }>(fetchedSince, [runId]);
  if (found !== undefined) await settleUnread(tx, found, found.externalIds);
  return found !== undefined;
}

// Most runs of a sync bring nothing, and most accounts have nothing that waits.
const fetchedSince = `
select r.customer_id as "customerId", r.platform, r.account_id as "accountId", array_agg(u.external_id) as "externalIds"
from runs r join unread_records u using (customer_id, platform, account_id)
  join calls c using (customer_id, platform, account_id, external_id)
where r.id = $1 and r.stored > 0 and c.updated_at >= u.kept_at group by 1, 2, 3`;
