/**
 * Gives changes their places in the feed, after they were committed.
 *
 * Numbers taken while a transaction runs would become visible out of order, and a reader would pass by whoever commits late.
 * So one process at a time, who holds the only row of `change_feed`, numbers what it sees to be committed. No transaction of
 * anybody else holds the feed up, and numbers live on in a restored database.
 */
import type { SqlTransaction } from '../../core/ports.js';
import type { House } from '../../scope.js';
import { keepLooking } from '../keep-looking.js';

const atOnce = 500;

/** Numbers of the changes that came into the feed together, both included. */
export interface Published {
  readonly from: string;
  readonly to: string;
}

/** What follows from changes that came into the feed, in the same transaction. */
export type Follow = (tx: SqlTransaction, published: Published) => Promise<void>;

/** How far the feed is behind. */
export function measureChanges({ metrics, sql }: Pick<House, 'metrics' | 'sql'>): void {
  metrics.read('patchbay_changes_waiting_oldest_seconds', async () => {
    const [row] = await sql.transaction('all', tx => tx.rows<{ seconds: number }>(oldest));
    return [[{}, row?.seconds ?? 0]];
  });
}

const oldest = `
select greatest(0, coalesce(extract(epoch from business_now() - min(at)), 0))::double precision as seconds
from changes where number is null`;

/** Goes on until `signal` aborts. */
export function publishChanges(house: House, follow: Follow, signal: AbortSignal): Promise<void> {
  return keepLooking(house, () => publishSome(house, follow), signal);
}

/** @returns whether there may be more. */
async function publishSome({ sql }: House, follow: Follow): Promise<boolean> {
  return sql.transaction('all', async tx => {
    const [waiting] = await tx.rows('select 1 from changes where number is null limit 1');
    if (waiting === undefined) return false;
    // Whoever finds it locked has nothing to do: the other one is at it.
    const [feed] = await tx.rows<{ head: string }>('select head from change_feed for update skip locked');
    if (feed === undefined) return false;
    const [done] = await tx.rows<{ count: number; to: string }>(publish, [feed.head, atOnce]);
    if (done === undefined || done.count === 0) return false;
    await tx.rows('update change_feed set head = $1', [done.to]);
    await follow(tx, { from: String(BigInt(feed.head) + 1n), to: done.to });
    return done.count === atOnce;
  });
}

const publish = `
with next as (
  select id, row_number() over (order by written) as nth from changes where number is null order by written limit $2
), numbered as (
  update changes c set number = $1::bigint + nth from next where c.id = next.id returning number
)
select count(*)::int as count, max(number) as to from numbered`;
