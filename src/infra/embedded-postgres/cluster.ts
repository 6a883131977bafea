import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupProblem } from '../../core/startup-problem.js';
import type { Programs } from './programs.js';

export const owner = 'patchbay_owner';
export const database = 'patchbay';

/** Where things lie. `cluster` appears as a whole or not at all: data, password and database belong together. */
export interface Places {
  readonly dir: string;
  readonly cluster: string;
  readonly data: string;
  readonly password: string;
  readonly port: string;
  readonly pidFile: string;
  readonly log: string;
}

export function placesIn(dir: string): Places {
  const cluster = path.join(dir, 'cluster');
  return {
    dir,
    cluster,
    data: path.join(cluster, 'data'),
    password: path.join(cluster, 'password'),
    port: path.join(cluster, 'port'),
    pidFile: path.join(cluster, 'data', 'postmaster.pid'),
    log: path.join(dir, 'postgres.log'),
  };
}

/** @throws StartupProblem when the folder can be neither made nor written. */
export async function makeFolder({ dir }: Places): Promise<void> {
  const probe = path.join(dir, `.write-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFile(probe, '');
    await rm(probe, { force: true });
  } catch (error) {
    throw notWritable(dir, error);
  }
}

function notWritable(dir: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new StartupProblem(
    `The data folder ${dir} cannot be written (${code}): make it writable, or name another one in PATCHBAY_DATA_DIR.`,
  );
}

/**
 * Makes the cluster under a name of its own and renames it when it is whole. Several processes may do
 * this at once: the first rename wins, the others throw theirs away.
 */
export async function makeCluster(places: Places, programs: Programs): Promise<void> {
  const suffix = randomBytes(6).toString('hex');
  const fresh = path.join(places.dir, `new-${suffix}`);
  try {
    await mkdir(fresh, { mode: 0o700 });
    await initialise(fresh, programs);
    await rename(fresh, places.cluster);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true, maxRetries: 3 });
    if (!existsSync(places.cluster)) throw notWritable(places.dir, error);
  }
}

async function initialise(fresh: string, programs: Programs): Promise<void> {
  const data = path.join(fresh, 'data');
  const password = path.join(fresh, 'password');
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  // The built-in locale sorts alike on every machine, whatever locales it has.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const login = [`--username=${owner}`, '--auth=scram-sha-256', `--pwfile=${password}`];
  const made = await programs.run('initdb', ['-D', data, ...login, ...locale, '--no-instructions']);
  if (made.code !== 0) throw new StartupProblem(`PostgreSQL cannot make its data folder: ${lastLine(made.output)}.`);
  const named = await programs.run('postgres', ['--single', '-D', data, 'postgres'], `create database ${database}\n`);
  if (named.code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(named.output)) {
    throw new StartupProblem(`PostgreSQL cannot make its database: ${lastLine(named.output)}.`);
  }
}

/** Left behind by processes that died while making a cluster, or lost the race. */
export async function clearLeftovers({ dir }: Places, names: readonly string[]): Promise<void> {
  for (const name of names.filter(name => name.startsWith('new-'))) {
    await rm(path.join(dir, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** @throws StartupProblem when the file is gone, for nobody can log in without it. */
export async function readPassword({ password }: Places): Promise<string> {
  try {
    return (await readFile(password, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupProblem(`The database's password in ${password} cannot be read (${code}): put the file back.`);
  }
}

function lastLine(output: string): string {
  const lines = output.split('\n').filter(line => line.trim() !== '');
  const telling =
    lines.findLast(line => /error|FATAL|PANIC|could not/i.test(line)) ?? lines.at(-1) ?? 'it gave no reason';
  return telling.replace(/^.*?(?:FATAL|PANIC|ERROR):\s*/, '').trim();
}
