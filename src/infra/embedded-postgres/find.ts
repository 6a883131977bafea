import { existsSync } from 'node:fs';
import path from 'node:path';
import { database, owner, placesIn, readPassword } from './cluster.js';
import { isAlive, readPostmaster } from './postmaster.js';

/** How the embedded PostgreSQL of a folder stands. Starts nothing, stops nothing, and takes no lease. */
export type Standing = { readonly is: 'unmade' | 'stopped' } | { readonly is: 'running'; readonly url: string };

/** @throws StartupProblem when its password cannot be read. */
export async function findEmbeddedPostgres(dir: string): Promise<Standing> {
  const places = placesIn(path.resolve(dir));
  if (!existsSync(places.cluster)) return { is: 'unmade' };
  const { pid, port } = (await readPostmaster(places)) ?? {};
  if (pid === undefined || port === undefined || !isAlive(pid)) return { is: 'stopped' };
  const password = await readPassword(places);
  return { is: 'running', url: `postgresql://${owner}:${password}@127.0.0.1:${port}/${database}` };
}
