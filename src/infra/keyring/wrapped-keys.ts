import type { SqlTransaction } from '../../core/ports.js';

/** What one wrapping key wraps now. */
export interface WrappedBy {
  readonly id: string;
  /** Data keys of customers; a customer has several while its things are sealed anew. */
  readonly dataKeys: number;
  readonly customers: number;
  /** The house's own keys: the root key and data keys. */
  readonly house: number;
}

/** By id. */
export function wrappedKeys(tx: SqlTransaction): Promise<WrappedBy[]> {
  return tx.rows<WrappedBy>(question);
}

const question = `
select id, count(customer_id)::integer as "dataKeys", count(distinct customer_id)::integer as customers,
  count(*) filter (where customer_id is null)::integer as house
from (
  select wrapped_by as id, customer_id from data_keys
  union all select wrapped_by, null from house_keys
  union all select wrapped_by, null from root_key
) wrapped group by id order by id`;
