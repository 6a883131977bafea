import { randomUUID } from 'node:crypto';
import type { Keyring } from '../../src/core/ports.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { openKeyring } from '../../src/infra/keyring.js';
import { openSql } from '../../src/infra/sql.js';
import { type FreshDatabase, readyDatabase } from './database.js';
import { keysOf, usualKey } from './keys.js';

/** Runs in a database without a hub around it. */
export interface RunDatabase {
  readonly database: FreshDatabase;
  /** Two pools, as two processes have them. */
  readonly sql: readonly [ReturnType<typeof openSql>, ReturnType<typeof openSql>];
  readonly keyring: Keyring;
  readonly customerId: string;
  readonly connectionId: string;
  /** Id of a new run; columns as text, taken over as they are. */
  addRun(columns?: Readonly<Record<string, string>>): Promise<string>;
  row(runId: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function openRunDatabase(): Promise<RunDatabase> {
  const database = await readyDatabase();
  const keys = keysOf(usualKey);
  const { url, root } = await prepareDatabase(database.url, keys);
  const sql = [openSql(url), openSql(url)] as const;
  const keyring = openKeyring({ ...keys, root, sql: sql[0] });
  const [customerId, connectionId] = [randomUUID(), randomUUID()];
  await database.query(`insert into customers (id, name) values ($1, 'Acme')`, [customerId]);
  await database.query(
    `insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health,
       credential_checked_at, warnings, created_by)
     values ($1, $2, 'made-up', 'account', 'Acme', '{}', 'valid', now(), '[]', 'a test')`,
    [connectionId, customerId],
  );
  return {
    ...{ database, sql, keyring, customerId, connectionId },
    async addRun(columns = {}) {
      const id = randomUUID();
      const all = {
        ...{ id, owner_id: randomUUID(), customer_id: customerId, connection_id: connectionId, platform: 'made-up' },
        ...{ account_id: 'account', window_from: '2026-01-01T00:00:00Z', window_to: '2026-02-01T00:00:00Z' },
        ...{ with_transcripts: 'true', status: 'QUEUED', ...columns },
      };
      const names = Object.keys(all);
      const places = names.map((_, index) => `$${index + 1}`);
      await database.query(`insert into runs (${names.join()}) values (${places.join()})`, Object.values(all));
      return id;
    },
    async row(runId) {
      const [row] = await database.query('select * from runs where id = $1', [runId]);
      return row as Record<string, unknown>;
    },
    async close() {
      await Promise.all(sql.map(pool => pool.close()));
      await database.drop();
    },
  };
}
