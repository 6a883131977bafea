import { BrokenPromise } from '../../core/errors.js';
import { houseOwner, type Kms, type KmsContext, type Sql, type WrappedKey } from '../../core/ports.js';
import { rootKeyContext } from '../root-key.js';
import { dataKeyContext } from './data-keys.js';

export interface Rewrapped {
  readonly done: number;
  /** Data keys that no key at hand opens, by what wraps them. */
  readonly stuck: ReadonlyMap<string, number>;
}

interface Wrapped extends WrappedKey {
  readonly owner: string;
  readonly version: number;
}
const batchSize = 100;
/** Calls of the key service side by side. */
const atOnce = 8;

/**
 * Wraps anew, by the newest key, every data key and the root key that another one wraps. In small transactions, and each
 * key by itself: it may be broken off anywhere and done again. Nothing that is sealed changes.
 *
 * @param sql as the owner of the database: nobody else reaches the root key.
 */
export async function rewrapAll(sql: Sql, kms: Kms, tell: (done: number) => void): Promise<Rewrapped> {
  const newest = await kms.newest();
  const stuck = new Map<string, number>();
  let done = 0;
  let last = { owner: '', version: 0 };
  for (;;) {
    const batch = await nextWrapped(sql, newest, last);
    const end = batch.at(-1);
    if (end === undefined) return { done, stuck };
    last = end;
    for (let i = 0; i < batch.length; i += atOnce) {
      const outcomes = await Promise.all(batch.slice(i, i + atOnce).map(each => rewrap(sql, kms, each)));
      for (const { by, opened } of outcomes) {
        if (!opened) stuck.set(by, (stuck.get(by) ?? 0) + 1);
      }
      done += outcomes.filter(({ opened }) => opened).length;
    }
    tell(done);
  }
}

async function rewrap(sql: Sql, kms: Kms, key: Wrapped): Promise<{ readonly by: string; readonly opened: boolean }> {
  const context = contextOf(key);
  const by = key.wrappedBy;
  const bytes = await kms.unwrap(key, context).catch((error: unknown) => {
    // A key that is not at hand is told at the end; a key service that is away ends the work.
    if (error instanceof BrokenPromise) return undefined;
    throw error;
  });
  if (bytes === undefined) return { by, opened: false };
  const { wrapped, wrappedBy } = await kms.wrap(bytes, context).finally(() => bytes.fill(0));
  const where = whereOf(key);
  await sql.transaction('all', tx =>
    tx.rows(`update ${where.table} set wrapped = $1, wrapped_by = $2 where wrapped_by = $3 and ${where.is}`, [
      ...[wrapped, wrappedBy, by],
      ...where.values,
    ]),
  );
  return { by, opened: true };
}

/** In the database the root key is `root`: no owner is called so. */
const rootOwner = 'root';

function contextOf({ owner, version }: Wrapped): KmsContext {
  return owner === rootOwner ? rootKeyContext : dataKeyContext(owner, version);
}

function whereOf({ owner, version }: Wrapped): { table: string; is: string; values: unknown[] } {
  if (owner === rootOwner) return { table: 'root_key', is: 'id = $4', values: [version] };
  if (owner === houseOwner) return { table: 'house_keys', is: 'version = $4', values: [version] };
  return { table: 'data_keys', is: 'customer_id = $4 and version = $5', values: [owner, version] };
}

function nextWrapped(sql: Sql, newest: string, after: { owner: string; version: number }): Promise<Wrapped[]> {
  return sql.transaction('all', tx =>
    tx.rows<Wrapped>(
      `select owner, version, wrapped, wrapped_by as "wrappedBy" from (
         select customer_id::text as owner, version, wrapped, wrapped_by from data_keys
         union all select '${houseOwner}', version, wrapped, wrapped_by from house_keys
         union all select '${rootOwner}', id, wrapped, wrapped_by from root_key
       ) k where wrapped_by <> $1 and (owner, version) > ($2, $3) order by owner, version limit ${batchSize}`,
      [newest, after.owner, after.version],
    ),
  );
}
