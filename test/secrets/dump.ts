import { text } from 'node:stream/consumers';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { readings } from './canaries.js';

/** Every row of every table as text, with whatever is binary in it read in all ways; and the logins. */
export async function dumpOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       union all select 'pg_authid' union all select 'pg_db_role_setting' union all select 'pg_description'`,
    );
    const parts: string[] = [];
    for (const { name } of rows) {
      const table = await text(client.query(copyTo(`copy ${name} to stdout`)));
      parts.push(`table ${name}`, table);
      for (const [, hex] of table.matchAll(/\\\\x([0-9a-f]+)/g)) parts.push(...readings(Buffer.from(hex ?? '', 'hex')));
    }
    return parts.join('\n');
  } finally {
    await client.end();
  }
}
