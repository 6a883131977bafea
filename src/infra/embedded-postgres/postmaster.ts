import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import type { Places } from './cluster.js';

/** What the server writes about itself. `port` is missing for the first instants of its life. */
interface Postmaster {
  readonly pid: number;
  readonly port: number | undefined;
}

export async function readPostmaster({ pidFile }: Places): Promise<Postmaster | undefined> {
  const [pid, , , port] = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  return Number(pid) > 0 ? { pid: Number(pid), port: Number(port) > 0 ? Number(port) : undefined } : undefined;
}

/**
 * Whether a server owns the data folder now. A pid file that names a process which is not our server is
 * removed: pids start over with a container, and PostgreSQL would take the stranger for its twin and
 * refuse to start. (If this ever removed a live server's file, PostgreSQL would still refuse a second
 * one, because it finds the shared memory of the first in use.)
 */
export async function isOwned(places: Places): Promise<boolean> {
  const found = await readPostmaster(places);
  if (found === undefined || !isAlive(found.pid)) return false;
  if (await isServer(found.pid, places)) return true;
  const now = await readPostmaster(places);
  if (now?.pid === found.pid) await rm(places.pidFile, { force: true });
  return false;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Gone, or another user's, which our server never is.
    return false;
  }
}

/** A server works inside its data folder, and a zombie works nowhere. Where that cannot be seen we believe the file. */
async function isServer(pid: number, { data }: Places): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}
