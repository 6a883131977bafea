import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Log } from '../../src/core/ports.js';
import { StartupProblem } from '../../src/core/startup-problem.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/infra/embedded-postgres.js';

const isRoot = process.geteuid?.() === 0;
const log: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };
const undo: (() => unknown)[] = [];

/** A stopped database to copy from, because making one takes most of a second. */
const model = mkdtempSync(path.join(tmpdir(), 'embedded-postgres-model-'));

beforeAll(async () => {
  await (await startEmbeddedPostgres({ dir: model, log })).stop();
});

afterAll(() => rmSync(model, { recursive: true, force: true }));

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const step of undo.splice(0).reverse()) await step();
});

describe('the embedded PostgreSQL', () => {
  test('starts within 5 s in an empty folder and within 1 s on a known one', async () => {
    const dir = emptyFolder();

    const cold = await timed(() => start(dir));
    await query(cold.result.url, 'create table kept (word text)');
    await cold.result.stop();
    const warm = await timed(() => start(dir));
    const attached = await timed(() => start(dir));
    const stop = await timed(() => attached.result.stop().then(() => warm.result.stop()));

    console.info(
      `embedded PostgreSQL: first ${cold.ms} ms, warm ${warm.ms} ms, attach ${attached.ms} ms, stop ${stop.ms} ms`,
    );
    expect([cold.result.started, warm.result.started, attached.result.started]).toEqual([true, true, false]);
    expect(cold.ms).toBeLessThan(30_000);
    expect(warm.ms).toBeLessThan(20_000);
  });

  test('keeps rows, its address and its password over a restart', async () => {
    const dir = folder();
    const before = await start(dir);
    await query(before.url, "create table kept as select 'still here' as word");
    await before.stop();

    const after = await start(dir);

    expect(await query(after.url, 'select word from kept')).toEqual([{ word: 'still here' }]);
    expect(after.url).toBe(before.url);
    expect(new URL(after.url)).toMatchObject({
      username: 'patchbay_owner',
      hostname: '127.0.0.1',
      pathname: '/patchbay',
    });
  });

  test('is set up as the house needs it, whatever the environment says', async () => {
    vi.stubEnv('TZ', 'Asia/Kolkata');
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    vi.stubEnv('PGPORT', '1');
    const { url } = await start(emptyFolder());

    const rows = await query(
      url,
      `select current_setting('timezone') as timezone, current_setting('fsync') as fsync, current_setting('max_connections') as most,
         current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets,
         datlocprovider as provider, datlocale as locale,
         pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`,
    );

    expect(rows).toEqual([
      {
        timezone: 'UTC',
        fsync: 'on',
        most: '500',
        listens: '127.0.0.1',
        sockets: '',
        provider: 'b',
        locale: 'C.UTF-8',
        encoding: 'UTF8',
      },
    ]);
  });

  test('lets nobody in without the password, which only its owner may read', async () => {
    const dir = folder();
    const { url } = await start(dir);
    const wrong = new URL(url);
    wrong.password = 'guess';

    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    const { mode } = statSync(path.join(dir, 'cluster', 'password'));
    expect(mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(dir, 'cluster', 'password'), 'utf8')).toBe(new URL(url).password);
  });

  test('keeps statements and rows out of its log, also when they fail', async () => {
    const dir = folder();
    const { url } = await start(dir);
    await query(url, "create table once (word text primary key); insert into once values ('canary-row')");

    await expect(query(url, "insert into once values ('canary-row')")).rejects.toThrow('duplicate key');

    const said = readFileSync(path.join(dir, 'postgres.log'), 'utf8');
    expect(said).toContain('duplicate key');
    expect(said).not.toContain('canary-row');
  });

  test('does not hand the secrets of our environment to the server', async () => {
    vi.stubEnv('PATCHBAY_ADMIN_KEY', 'canary-admin-key-0123456789');
    const dir = folder();
    await start(dir);

    if (process.platform !== 'linux') return;
    expect(readFileSync(`/proc/${postmasterPid(dir)}/environ`, 'utf8')).not.toContain('canary');
  });

  test('lives in a folder with spaces, accents and quotes', async () => {
    const { url } = await start(path.join(emptyFolder(), `Données "de" l'été $HOME`));

    expect(await query(url, "select 'ok' as word")).toEqual([{ word: 'ok' }]);
  });
});

describe('several processes on one folder', () => {
  test('one makes and starts the database, the others attach to it', async () => {
    const dir = emptyFolder();

    const { result: all, ms } = await timed(() =>
      Promise.all([anotherProcess(dir), anotherProcess(dir), anotherProcess(dir)]),
    );

    console.info(`three processes on an empty folder: ${ms} ms`);
    expect(all.map(each => each.first.started).sort()).toEqual([false, false, true]);
    expect(new Set(all.map(each => each.first.url)).size).toBe(1);
    expect(readdirSync(dir).filter(name => name.startsWith('new-'))).toEqual([]);
  });

  test('three calls in one process share one server too', async () => {
    const dir = emptyFolder();

    const all = await Promise.all([start(dir), start(dir), start(dir)]);

    expect(all.filter(each => each.started)).toHaveLength(1);
    expect(new Set(all.map(each => each.url)).size).toBe(1);
  });

  test('the last one out stops the server, whoever started it', async () => {
    const dir = folder();
    const starter = await start(dir);
    const other = await anotherProcess(dir);

    await starter.stop();
    expect(await query(other.first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await other.leave();

    await expect(query(starter.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    expect(existsSync(path.join(dir, 'cluster', 'data', 'postmaster.pid'))).toBe(false);
  });

  test('processes that leave at once leave no server behind', async () => {
    const dir = folder();
    const all = await Promise.all([start(dir), start(dir), start(dir), start(dir)]);

    await Promise.all(all.map(each => each.stop()));

    expect(existsSync(path.join(dir, 'cluster', 'data', 'postmaster.pid'))).toBe(false);
  });

  test('a process that comes while the last one goes gets a server', async () => {
    const dir = folder();
    let current = await start(dir);

    for (let round = 0; round < 5; round++) {
      const [, next] = await Promise.all([current.stop(), start(dir)]);
      expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      current = next;
    }
  });
});

describe('after a crash', () => {
  test('of the hub, the server lives on and the next start attaches to it', async () => {
    const dir = folder();
    const killed = await anotherProcess(dir);
    await killed.kill();

    const next = await timed(() => start(dir));
    await next.result.stop();

    expect(next.result.started).toBe(false);
    expect(next.ms).toBeLessThan(20_000);
    expect(existsSync(path.join(dir, 'cluster', 'data', 'postmaster.pid'))).toBe(false);
  });

  test('of the starter, a process that attached goes on, and its leaving stops the server', async () => {
    const dir = folder();
    const starter = await anotherProcess(dir);
    const attached = await start(dir);

    await starter.kill();

    expect(attached.started).toBe(false);
    expect(await query(attached.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await attached.stop();
    await expect(query(attached.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  test('of hub and server together, the next start recovers what was committed within 2 s', async () => {
    const dir = folder();
    const hub = await anotherProcess(dir);
    await query(hub.first.url, "create table kept as select 'committed' as word");
    process.kill(postmasterPid(dir), 'SIGKILL');
    await hub.kill();

    const next = await timed(() => start(dir));

    console.info(`start after kill -9 of everything: ${next.ms} ms`);
    expect(await query(next.result.url, 'select word from kept')).toEqual([{ word: 'committed' }]);
    expect(next.ms).toBeLessThan(20_000);
  });

  test('of the server alone, a living process brings it back at the same address', async () => {
    const dir = folder();
    const { url } = await start(dir);

    process.kill(postmasterPid(dir), 'SIGKILL');
    const back = await timed(() => untilAnswers(url));

    console.info(`server back after kill -9: ${back.ms} ms`);
    expect(back.ms).toBeLessThan(30_000);
  });

  test('a pid file that names a stranger stops nobody', async () => {
    const dir = folder();
    await (await start(dir)).stop();
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    undo.push(() => stranger.kill('SIGKILL'));
    const data = path.join(dir, 'cluster', 'data');
    writeFileSync(path.join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n1\n1\n\n127.0.0.1\n1 1\nready   \n`);

    const { result, ms } = await timed(() => start(dir));

    expect(result.started).toBe(true);
    expect(ms).toBeLessThan(20_000);
  });

  test('a half-made database is made again', async () => {
    const dir = emptyFolder();
    mkdirSync(path.join(dir, 'new-0123456789ab', 'data'), { recursive: true });

    const { started } = await start(dir);

    expect(started).toBe(true);
    expect(readdirSync(dir)).not.toContain('new-0123456789ab');
  });

  test('a port that somebody took meanwhile is given up for another', async () => {
    const dir = folder();
    const before = await start(dir);
    await before.stop();
    const squatter = new URL(before.url);
    const { createServer } = await import('node:net');
    const server = createServer().listen(Number(squatter.port), '127.0.0.1');
    await once(server, 'listening');
    undo.push(() => server.close());

    const after = await start(dir);

    expect(new URL(after.url).port).not.toBe(squatter.port);
  });
});

describe('Ctrl-C in a terminal', () => {
  test('does not reach the server', async () => {
    const dir = folder();
    const hub = await anotherProcess(dir, { detached: true });

    process.kill(-(hub.child.pid as number), 'SIGINT');
    await hub.gone;

    expect(await query(hub.first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await (await start(dir)).stop();
  });
});

describe('what it refuses, each in one sentence', () => {
  test('a data folder that cannot be made', async () => {
    const file = path.join(emptyFolder(), 'file');
    writeFileSync(file, '');

    const problem = await refusal(path.join(file, 'postgres'));

    expect(problem).toMatch(
      /^The data folder .+ cannot be written \(ENOTDIR\): make it writable, or name another one in PATCHBAY_DATA_DIR\.$/,
    );
  });

  test('a data folder that belongs to somebody else', async () => {
    const dir = emptyFolder();
    chmodSync(dir, 0o555);
    undo.push(() => chmodSync(dir, 0o700));
    if (isRoot) {
      process.seteuid?.(65534);
      undo.push(() => process.seteuid?.(0));
    }

    const problem = await refusal(dir);

    expect(problem).toContain('cannot be written (EACCES)');
  });

  test.skipIf(!isRoot)('root without user namespaces', async () => {
    vi.stubEnv('PATH', '/nowhere');

    const problem = await refusal(emptyFolder());

    expect(problem).toMatch(/^PostgreSQL refuses to run as root, .+: set DATABASE_URL or run as another user\.$/);
  });

  test('a machine whose package is not installed', async () => {
    pretend('platform', 'darwin');
    pretend('arch', 'arm64');

    const problem = await refusal(emptyFolder());

    expect(problem).toMatch(/^The package @embedded-postgres\/darwin-arm64 is not installed: .+ set DATABASE_URL\.$/);
  });

  test('a machine that has no package', async () => {
    pretend('arch', 'mips');

    expect(await refusal(emptyFolder())).toMatch(/^There is no embedded PostgreSQL for \w+-mips: set DATABASE_URL\.$/);
  });

  test('a damaged database, with what the server says', async () => {
    const dir = folder();
    await (await start(dir)).stop();
    writeFileSync(path.join(dir, 'cluster', 'data', 'PG_VERSION'), '12\n');

    const problem = await refusal(dir);

    expect(problem).toMatch(
      /^PostgreSQL does not start: database files are incompatible with server \(see .+postgres\.log\)\.$/,
    );
  });

  test('a database whose password file is gone', async () => {
    const dir = folder();
    const running = await start(dir);
    rmSync(path.join(dir, 'cluster', 'password'));

    expect(await refusal(dir)).toContain('cannot be read (ENOENT): put the file back.');
    await running.stop();
  });
});

function emptyFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'embedded-postgres-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function folder(): string {
  const dir = emptyFolder();
  cpSync(model, dir, { recursive: true });
  return dir;
}

async function start(dir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dir, log });
  undo.push(() => server.stop());
  return server;
}

async function refusal(dir: string): Promise<string> {
  const problem = await start(dir).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(StartupProblem);
  return (problem as Error).message;
}

interface Said {
  readonly url?: string;
  readonly started?: boolean;
}

/** A process of its own on the folder; ready when it has a server. */
async function anotherProcess(dir: string, options: { detached?: boolean } = {}) {
  const script = path.join(import.meta.dirname, 'start-embedded-postgres.mjs');
  const args = ['--no-warnings', script, dir];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, 'line')) as [string];
  const leave = async (): Promise<void> => {
    child.stdin?.end();
    await gone;
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  undo.push(leave);
  const first = JSON.parse(line) as Said;
  if (first.url === undefined) throw new Error(`The other process has no server: ${line}`);
  return { child, gone, first: { url: first.url, started: first.started }, leave, kill };
}

function postmasterPid(dir: string): number {
  return Number(readFileSync(path.join(dir, 'cluster', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

async function untilAnswers(url: string): Promise<void> {
  // The dead server's children may still answer for an instant; a new connection needs a living server.
  while (
    !(await query(url, 'select 1').then(
      () => true,
      () => false,
    ))
  )
    await delay(20);
}

function pretend(name: 'platform' | 'arch', value: string): void {
  const real = Object.getOwnPropertyDescriptor(process, name) as PropertyDescriptor;
  Object.defineProperty(process, name, { ...real, value });
  undo.push(() => Object.defineProperty(process, name, real));
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, ms: Math.round(performance.now() - begun) };
}
