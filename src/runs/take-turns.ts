/**
 * Fairness between customers: each has as many runs under way as any other, as long as it has as many to do.
 *
 * A place that is free goes to the customer with the fewest runs under way, and there to the oldest run. When no
 * place is free, whoever has more than a fair share hands a run back, which goes on later from its last page.
 *
 * Looks at what events told of have places of their own, in which they take turns in the same way, and count for nothing here:
 * otherwise one would wait until an import ends.
 */
import type { Sql } from '../core/ports.js';
import { type Claim, claimRun, due, type Lease } from './lease.js';
import { looks } from './leaves-room.js';

const busy = (ofKind: string): string => `(
  select customer_id as busy_customer_id, count(*)::int as running, (array_agg(id order by started_at desc, id))[1] as youngest
  from runs where status = 'RUNNING' and lease_until > clock_timestamp() and ${ofKind} group by customer_id
)`;

const noLook = `not ${looks}`;

const fairest = (ofKind: string): string => `
select id from runs left join ${busy(ofKind)} busy on busy_customer_id = customer_id
where wanted = 'run' and ${due} and ${ofKind}
order by coalesce(running, 0), created_at, id limit 1`;

/** Takes the run, or the look, whose turn it is; undefined when none is due. */
export async function claimNext(sql: Sql, kind: 'run' | 'look' = 'run'): Promise<Claim | undefined> {
  const question = fairest(kind === 'look' ? looks : noLook);
  for (;;) {
    const [next] = await sql.transaction('all', tx => tx.rows<{ id: string }>(question));
    if (next === undefined) return undefined;
    const claim = await claimRun(sql, next.id);
    // Taken by another worker meanwhile: it may be somebody else's turn now.
    if (claim !== undefined) return claim;
  }
}

/** A place that is free takes a run up sooner than this. */
const patience = "interval '1 second'";

const owed = `
select 1 from ${busy(noLook)} busy where busy_customer_id = $2 and youngest = $1 and exists (
  select 1 from runs left join ${busy(noLook)} others on others.busy_customer_id = customer_id
  where wanted = 'run' and ${due} and ${noLook} and created_at < clock_timestamp() - ${patience}
    and coalesce(others.running, 0) + 1 < busy.running)`;

/** Whether this run should be handed back, because another customer waits and has fewer under way even then. */
export async function isOwed(sql: Sql, { runId, customerId }: Lease): Promise<boolean> {
  const rows = await sql.transaction('all', tx => tx.rows(owed, [runId, customerId]));
  return rows.length > 0;
}
