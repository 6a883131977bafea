import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Reach, Sql, SqlTransaction } from '../core/ports.js';
import { transactionVariables } from './orm.js';
import { type PoolUse, useOf } from './pool-use.js';
import { wakefulSocket } from './wakeful-socket.js';

/** How long things may take, in milliseconds. */
export interface SqlPatience {
  /** A statement, until the server gives it up. */
  readonly statementMs: number;
  /** Silence of the server, until we give the connection up; longer than a statement. */
  readonly silenceMs: number;
  /** Silence of ours inside a transaction, until the server gives it up: a paused process must not keep a run's lock. */
  readonly idleMs: number;
}
const usualPatience: SqlPatience = { statementMs: 30_000, silenceMs: 35_000, idleMs: 5_000 };

/** A pool of its own for the hot path: plain SQL and binary COPY in one transaction. */
export function openSql(
  url: string,
  connections = 6,
  patience = usualPatience,
): Sql & { use(): PoolUse; close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    statement_timeout: patience.statementMs,
    idle_in_transaction_session_timeout: patience.idleMs,
    stream: () => wakefulSocket(patience.silenceMs),
    keepAlive: true,
    application_name: 'patchbay',
  });
  pool.on('error', () => undefined);

  return {
    async transaction<T>(reach: Reach, work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
      const client = await pool.connect();
      // A connection that dies between two statements must not end the process.
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let broken: Error | undefined;
      try {
        const variables = Object.entries(transactionVariables(reach)).map(
          ([name, value]) => `set_config(${client.escapeLiteral(name)}, ${client.escapeLiteral(value)}, true)`,
        );
        // On one way to the server and back.
        await client.query(`begin; select ${variables.join()}`);
        const result = await work(transactionOn(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    },
    use: () => useOf(pool),
    close: () => pool.end(),
  };
}

function transactionOn(client: pg.PoolClient): SqlTransaction {
  return {
    async rows<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
      const { rows } = await client.query(text, [...values]);
      return rows as R[];
    },
    async copyIn(table, columns, rows) {
      const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin (format binary)`));
      const finished = once(stream, 'finish');
      finished.catch(() => undefined);
      try {
        for (const chunk of binaryRows(columns.length, rows)) {
          if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), finished]);
        }
      } catch (error) {
        // Else the server would wait for more rows for ever, and the rollback behind them.
        stream.destroy(error as Error);
        await finished.catch(() => undefined);
        throw error;
      }
      stream.end();
      await finished;
    },
  };
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const end = Buffer.from([0xff, 0xff]);
/** Rows travel together, since each write is a call to the system. */
const fullChunkBytes = 128 * 1024;

/** PostgreSQL's binary COPY format: a field count, then each field's length and bytes; -1 is null. */
function* binaryRows(width: number, rows: Iterable<readonly (Uint8Array | null)[]>): Iterable<Buffer> {
  yield signature;
  let together: (readonly (Uint8Array | null)[])[] = [];
  let size = 0;
  for (const row of rows) {
    together.push(row);
    size += row.reduce((sum, field) => sum + 4 + (field?.length ?? 0), 2);
    if (size < fullChunkBytes) continue;
    yield chunkOf(width, together, size);
    together = [];
    size = 0;
  }
  yield chunkOf(width, together, size);
  yield end;
}

function chunkOf(width: number, rows: readonly (readonly (Uint8Array | null)[])[], size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const row of rows) {
    at = bytes.writeInt16BE(width, at);
    for (const field of row) {
      at = bytes.writeInt32BE(field === null ? -1 : field.length, at);
      if (field !== null) {
        bytes.set(field, at);
        at += field.length;
      }
    }
  }
  return bytes;
}
