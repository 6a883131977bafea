import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface FreshDatabase {
  /** As the owner, who migrates and is not bound by row-level security. */
  readonly url: string;
  /** One statement as the owner. */
  query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
  drop(): Promise<void>;
}

/** An empty database of its own, on the server of the test run unless another one is named. */
export async function freshDatabase(server = inject('postgresUrl')): Promise<FreshDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(server);
  url.pathname = name;
  await once(server, `create database ${name}`);
  return {
    url: url.href,
    query: (text, values) => once(url.href, text, values),
    async drop() {
      await once(server, `drop database if exists ${name} with (force)`);
      await once(server, `drop role if exists ${name}_app`);
    },
  };
}

async function once<R extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<R>(text, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
