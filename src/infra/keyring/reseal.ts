import { BrokenPromise } from '../../core/errors.js';
import { houseOwner, type Keyring, type Sql, type SqlTransaction } from '../../core/ports.js';
import type { SealedColumn } from '../../core/sealed-column.js';

export interface Resealed {
  readonly done: number;
  /** Others were at work on these rows; they are found the next time. */
  readonly busy: number;
  /** What does not open, and so was left as it is. */
  readonly damaged: number;
}

interface SealedRow {
  readonly key: string;
  readonly owner: string;
  readonly rowId: string;
  readonly epoch: number;
  readonly sealed: Buffer;
}
/** Rows looked at in one go, and rows sealed anew in one transaction. */
const windowSize = 1_000;
const batchSize = 50;

/**
 * Seals anew what an older data key than its owner's newest has sealed, from the first row to the last.
 *
 * Rows that somebody has locked are passed over, never waited for, so nobody who is at work is tied up with this.
 */
export async function resealColumn(
  sql: Sql,
  keyring: Keyring,
  column: SealedColumn,
  tell: (done: number) => void,
): Promise<Resealed> {
  const total = { done: 0, busy: 0, damaged: 0 };
  for (let from = startOf(column); ; ) {
    const to = await endOfWindow(sql, column, from);
    if (to === undefined) return total;
    await resealWindow(sql, keyring, { column, from, to }, total);
    tell(total.done);
    from = to;
  }
}

/** How many rows stand under older data keys than their owners' newest. */
export async function countOld(sql: Sql, column: SealedColumn): Promise<number> {
  let count = 0;
  for (let from = startOf(column); ; ) {
    const to = await endOfWindow(sql, column, from);
    if (to === undefined) return count;
    count += (await oldRows(sql, { column, from, to })).length;
    from = to;
  }
}

interface Window {
  readonly column: SealedColumn;
  /** Exclusive. */
  readonly from: string;
  /** Inclusive. */
  readonly to: string;
}

async function resealWindow(
  sql: Sql,
  keyring: Keyring,
  window: Window,
  total: { done: number; busy: number; damaged: number },
): Promise<void> {
  const old = await oldRows(sql, window);
  for (let i = 0; i < old.length; i += batchSize) {
    const keys = old.slice(i, i + batchSize);
    const { done, damaged } = await sql.transaction('all', tx => resealBatch(tx, keyring, window.column, keys));
    total.done += done;
    total.damaged += damaged;
    total.busy += keys.length - done - damaged;
  }
}

async function resealBatch(
  tx: SqlTransaction,
  keyring: Keyring,
  column: SealedColumn,
  keys: readonly string[],
): Promise<{ done: number; damaged: number }> {
  const { table, column: name, key, keyType, join = '', rowId, epoch } = column;
  const rows = await tx.rows<SealedRow>(
    `select t.${key}::text as key, ${ownerOf(column)} as owner, ${rowId} as "rowId", (${epoch})::integer as epoch, t.${name} as sealed
     from ${table} t ${join} where t.${key} = any ($1::${keyType}[]) order by 1 for update of t skip locked`,
    [keys],
  );
  const sealed = await Promise.all(rows.map(row => resealed(keyring, `${table}.${name}`, row)));
  const whole = rows.flatMap(({ key: id }, i) => (sealed[i] === undefined ? [] : [{ id, bytes: sealed[i] }]));
  await tx.rows(
    `update ${table} t set ${name} = u.bytes from unnest($1::${keyType}[], $2::bytea[]) u (id, bytes) where t.${key} = u.id`,
    [whole.map(({ id }) => id), whole.map(({ bytes }) => bytes)],
  );
  return { done: whole.length, damaged: rows.length - whole.length };
}

async function resealed(
  keyring: Keyring,
  field: string,
  { owner, rowId, epoch, sealed }: SealedRow,
): Promise<Buffer | undefined> {
  const context = { customerId: owner, field, rowId, epoch };
  const plain = await keyring.open(sealed, context).catch((error: unknown) => {
    if (error instanceof BrokenPromise) return undefined;
    throw error;
  });
  return plain && keyring.seal(plain, context).finally(() => plain.fill(0));
}

/** Keys of the rows of a window whose data key is not their owner's newest. What is empty was destroyed. */
async function oldRows(sql: Sql, { column, from, to }: Window): Promise<string[]> {
  const { table, column: name, key, keyType } = column;
  const head = `substring(t.${name} from 2 for 2)`;
  const found = await sql.transaction('all', tx =>
    tx.rows<{ key: string }>(
      `with newest as (
         select customer_id::text as owner, max(version) as version from data_keys group by 1
         union all select '${houseOwner}', max(version) from house_keys
       )
       select t.${key}::text as key from ${table} t join newest on newest.owner = ${ownerOf(column)}
       where t.${key} > $1::${keyType} and t.${key} <= $2::${keyType} and length(t.${name}) > 3
         and get_byte(${head}, 0) * 256 + get_byte(${head}, 1) < newest.version
       order by t.${key}`,
      [from, to],
    ),
  );
  return found.map(row => row.key);
}

async function endOfWindow(sql: Sql, { table, key, keyType }: SealedColumn, from: string): Promise<string | undefined> {
  const [row] = await sql.transaction('all', tx =>
    tx.rows<{ key: string }>(
      `select key::text from (select ${key} as key from ${table} where ${key} > $1::${keyType} order by 1 limit ${windowSize}) w
       order by w.key desc limit 1`,
      [from],
    ),
  );
  return row?.key;
}

function ownerOf({ owner }: SealedColumn): string {
  if (owner === 'house') return `'${houseOwner}'`;
  return owner === 'customer' ? 't.customer_id::text' : `coalesce(t.customer_id::text, '${houseOwner}')`;
}

function startOf({ keyType }: SealedColumn): string {
  return keyType === 'uuid' ? '00000000-0000-0000-0000-000000000000' : '';
}
