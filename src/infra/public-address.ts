/**
 * Where people reach the hub, for processes that nobody reaches. The API that started last is believed.
 */
import type { Sql, SqlTransaction } from '../core/ports.js';

/** @param url without a slash at the end. */
export function tellAddress(sql: Sql, url: string): Promise<unknown> {
  return sql.transaction('all', tx =>
    tx.rows(
      `insert into public_address (url) values ($1)
       on conflict (only_one) do update set url = excluded.url, told_at = excluded.told_at`,
      [url],
    ),
  );
}

/** Undefined as long as no API has told it. */
export async function toldAddress(tx: SqlTransaction): Promise<string | undefined> {
  const [row] = await tx.rows<{ url: string }>('select url from public_address');
  return row?.url;
}
