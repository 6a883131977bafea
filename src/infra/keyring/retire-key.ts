import type { Kms, Sql, SqlTransaction } from '../../core/ports.js';
import { type WrappedBy, wrappedKeys } from './wrapped-keys.js';

export type Retirement =
  | { readonly is: 'retired' | 'already' | 'unknown' | 'newest' | 'free' }
  | { readonly is: 'in use'; readonly by: WrappedBy };

/**
 * Ends a wrapping key: from now on the database takes nothing that it wraps. Refused as long as anything is wrapped by it.
 *
 * @param writeDown in the transaction that ends it.
 * @param attempt with `try` everything is looked at and nothing is changed: the key is `free` then.
 */
export async function retireKey(
  sql: Sql,
  kms: Kms,
  id: string,
  attempt: 'do' | 'try',
  writeDown: (tx: SqlTransaction) => Promise<void> = () => Promise.resolve(),
): Promise<Retirement> {
  const isNewest = (await kms.newest()) === id;
  const isKnown = (await kms.keys()).some(key => key.id === id);
  return sql.transaction('all', async tx => {
    await tx.rows("select set_config('lock_timeout', '5s', true)");
    // Nobody wraps anything between the look and the end.
    await tx.rows('lock table root_key, house_keys, data_keys in share row exclusive mode');
    const retired = (await retiredKeys(tx)).includes(id);
    const by = (await wrappedKeys(tx)).find(each => each.id === id);
    if (by !== undefined) return { is: 'in use', by };
    if (retired) return { is: 'already' };
    if (isNewest) return { is: 'newest' };
    if (!isKnown && !id.startsWith('arn:')) return { is: 'unknown' };
    if (attempt === 'try') return { is: 'free' };
    await tx.rows('insert into retired_keys (id) values ($1)', [id]);
    await writeDown(tx);
    return { is: 'retired' };
  });
}

export async function retiredKeys(tx: SqlTransaction): Promise<string[]> {
  return (await tx.rows<{ id: string }>('select id from retired_keys order by id')).map(({ id }) => id);
}
