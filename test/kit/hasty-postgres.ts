import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../src/infra/database.js';
import { keysOf, usualKey } from './keys.js';
import startPostgres from './postgres.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Name of a database in which every migration has been made and nothing else; see `readyDatabase`. */
    readyTemplate?: string;
  }
}

const template = 'ready';

/** PostgreSQL for tests that measure nothing: no commit waits for the disk, and databases can be had with all their tables. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stop = await startPostgres(project);
  const client = new pg.Client({ connectionString: project.getProvidedContext().postgresUrl });
  await client.connect();
  try {
    for (const setting of ['synchronous_commit', 'full_page_writes'])
      await client.query(`alter system set ${setting} = off`);
    await client.query('select pg_reload_conf()');
    await client.query(`create database ${template}`);
    await makeTables(project.getProvidedContext().postgresUrl);
    await client.query(`alter database ${template} allow_connections false`);
  } finally {
    await client.end();
  }
  project.provide('readyTemplate', template);
  return stop;
}

/** All that a start makes, without what is each hub's own: its root key and its serving role. */
async function makeTables(server: string): Promise<void> {
  const url = new URL(server);
  url.pathname = template;
  const prepared = await prepareDatabase(url.href, keysOf(usualKey));
  const role = new URL(prepared.url).username;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`delete from root_key; drop owned by ${role}; drop role ${role}`);
  } finally {
    await client.end();
  }
}
