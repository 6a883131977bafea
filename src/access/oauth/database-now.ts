import type { Sql } from '../../core/ports.js';

/** Tokens are reckoned by the database's clock, which all processes share. */
export async function databaseNow(sql: Sql): Promise<Date> {
  const [row] = await sql.transaction('none', tx => tx.rows<{ now: Date }>('select clock_timestamp() as now'));
  return row?.now ?? new Date();
}
