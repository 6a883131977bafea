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
export function freshDatabase(server = inject('postgresUrl')): Promise<FreshDatabase> {
  return create(server, '');
}

/** The same with every table in place, where the test run keeps such a one to copy. No hub has been there before. */
export function readyDatabase(): Promise<FreshDatabase> {
  const template = inject('readyTemplate');
  return create(inject('postgresUrl'), template === undefined ? '' : ` template ${template}`);
}

async function create(server: string, more: string): Promise<FreshDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(server);
  url.pathname = name;
  await once(server, `create database ${name}${more}`);
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
