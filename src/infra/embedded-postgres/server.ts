import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupProblem } from '../../core/startup-problem.js';
import type { Places } from './cluster.js';
import { isAlive, readPostmaster } from './postmaster.js';
import type { Programs } from './programs.js';

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '500',
  shared_buffers: '128MB',
  fsync: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements, rows and keys of customers stay out of the log, also when something goes wrong.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

const largestLogBytes = 10_000_000;
const stopMs = 30_000;
const lookAgainMs = 10;

/** An attempt to start the server. Another process's attempt may overtake it. */
export interface Attempt {
  readonly pid: number | undefined;
  /**
   * False while the server lives. True when it went away for a cause that passes: another one holds
   * the folder, the dead one's memory is not yet released, the port was taken.
   *
   * @throws StartupProblem when it went away for a cause that stays.
   */
  isOver(): Promise<boolean>;
}

export async function launchServer(places: Places, programs: Programs): Promise<Attempt> {
  const port = await choosePort(places);
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await cutLog(places);
  // A folder that was copied or restored may have lost its mode, which PostgreSQL insists on.
  await chmod(places.data, 0o700).catch(() => undefined);
  const log = await open(places.log, 'a', 0o600);
  try {
    const { size } = await log.stat();
    const child = programs.launch(['-D', places.data, '-p', String(port), ...options], log.fd);
    return { pid: child.pid, isOver: () => isOver(child, places, size) };
  } finally {
    await log.close();
  }
}

async function isOver(child: ChildProcess, places: Places, logStart: number): Promise<boolean> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) return false;
  if (child.signalCode !== null) return true;
  const said = (await readFile(places.log)).subarray(logStart).toString('utf8');
  if (/already exists|still in use|could not bind|Address already in use|postmaster\.pid" is empty/i.test(said))
    return true;
  const reason = said.match(/(?:FATAL|PANIC):\s*(.+)/)?.[1] ?? said.split('\n').findLast(line => line !== '');
  throw new StartupProblem(`PostgreSQL does not start: ${reason ?? 'it gave no reason'} (see ${places.log}).`);
}

/** Stops the server with all connections that are still open, but in good order: what was committed is on disk. */
export async function stopServer(places: Places, pid: number, programs: Programs): Promise<void> {
  // Not left to pg_ctl, which waits for the pid file to go and takes the next server's file for this one's.
  const { code, output } = await programs.run('pg_ctl', ['-D', places.data, '-m', 'fast', '-W', 'stop']);
  if (code !== 0) throw new Error(`PostgreSQL does not stop: ${output.trim()}`);
  const until = performance.now() + stopMs;
  while (isAlive(pid) && (await readPostmaster(places))?.pid === pid) {
    if (performance.now() > until) throw new Error(`PostgreSQL has not stopped within ${stopMs} ms.`);
    await delay(lookAgainMs);
  }
}

/** The port of last time while it is free, so that addresses stay good over a restart. */
async function choosePort({ port: file }: Places): Promise<number> {
  const last = Number(await readFile(file, 'utf8').catch(() => ''));
  const port = (last > 0 ? await freePort(last) : undefined) ?? (await freePort(0));
  if (port === undefined) throw new StartupProblem('There is no free port on 127.0.0.1 for the embedded PostgreSQL.');
  if (port !== last) await writeFile(file, String(port), { mode: 0o600 });
  return port;
}

async function freePort(wanted: number): Promise<number | undefined> {
  const server = createServer().listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? address?.port : undefined;
}

async function cutLog({ log }: Places): Promise<void> {
  const { size } = await stat(log).catch(() => ({ size: 0 }));
  if (size > largestLogBytes) await rename(log, `${log}.old`);
}
