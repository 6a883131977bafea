import type { Sql } from '../core/ports.js';
import type { PullOptions } from '../engine/index.js';
import { type Lease, reachOf } from './lease.js';

/** A list that shows so many pages in a row of nothing that was asked for does not hold what is sought, or far down. */
const mostInVain = 10;

/**
 * What the events that led to a look named: when all of it has been listed, the look is over, however much more the list holds. Where a
 * platform's list goes by another time than the start of calls, that is days of calls for each event.
 */
export class Sought {
  readonly #open: Set<string>;
  #inVain = 0;

  constructor(externalIds: readonly string[]) {
    this.#open = new Set(externalIds);
  }

  /** Nothing is left to be found, or to be found here. What was not is looked for again, and left to the next poll in the end. */
  get isOver(): boolean {
    return this.#open.size === 0 || this.#inVain >= mostInVain;
  }

  /** Told of a page when it has been read; the page is stored all the same. */
  readonly listed: NonNullable<PullOptions['listed']> = externalIds => {
    const found = externalIds.filter(id => this.#open.delete(id));
    this.#inVain = found.length > 0 ? 0 : this.#inVain + 1;
    return Promise.resolve();
  };

  /** The page holds calls of the window. */
  noteWithin(): void {
    this.#inVain = 0;
  }
}

/** What is sought by a run; undefined when all of its window is to be read. What it has stored before a crash is found. */
export async function soughtBy(sql: Sql, lease: Lease): Promise<Sought | undefined> {
  const [row] = await sql.transaction(reachOf(lease), tx =>
    tx.rows<{ are_named: boolean | null; external_ids: string[] }>(question, [lease.runId]),
  );
  return row?.are_named === true ? new Sought(row.external_ids) : undefined;
}

const question = `
with told as (
  select e.external_ids, r.id as run_id, r.customer_id, r.platform, r.account_id
  from runs r join inbound_events e on e.connection_id = r.connection_id and e.settled_at is null and r.id = any (e.run_ids)
  where r.id = $1 and r.hinted and not r.afresh and (e.is_recent or exists (
    select from jsonb_to_recordset(e.windows) w ("from" timestamptz, "to" timestamptz)
    where w."from" < r.window_to and w."to" > r.window_from))
)
select bool_and(cardinality(external_ids) > 0) as are_named, array(
  select distinct named.external_id from told, unnest(told.external_ids) as named (external_id) where not exists (
    select from calls c where c.customer_id = told.customer_id and c.platform = told.platform and c.account_id = told.account_id
      and c.external_id = named.external_id and c.run_id = told.run_id)) as external_ids
from told`;
