import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A Node on this machine that is too old for us; the tests say loudly when there is none. */
const oldNode = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter(folder => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'))
  .map(folder => path.join(folder, 'node'))
  .find(node => existsSync(node) && Number(version(node).split('.')[0]) < 22);

if (oldNode === undefined)
  console.warn('SKIPPED: no Node older than 22 on the PATH, so the guard of entry files was not run on one.');

let home: string;
let entry: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'require node é-')));
  const dist = path.join(home, 'dist', 'src');
  mkdirSync(dist, { recursive: true });
  writeFileSync(path.join(home, 'package.json'), '{ "type": "module" }');
  const source = readFileSync(new URL('../../src/require-node.ts', import.meta.url), 'utf8');
  writeFileSync(path.join(dist, 'require-node.js'), stripTypeScriptTypes(source));
  entry = path.join(dist, 'main.js');
  writeFileSync(entry, "import { enter } from './require-node.js';\nawait enter(() => import('./hub.js'));\n");
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

describe.skipIf(oldNode === undefined)('an entry file on an old Node', () => {
  test('runs on the Node that was installed with the project, with the same arguments', () => {
    install(process.execPath);
    hub(
      'console.log(JSON.stringify([process.version, process.argv.slice(2), process.execArgv, process.env.PATCHBAY_NODE_REPLACED]))',
    );

    const { status, stdout, stderr } = run(['--stack-size=900', entry, '--once', 'a b']);

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([process.version, ['--once', 'a b'], ['--stack-size=900'], null]);
    expect(status).toBe(0);
  });

  test('ends with the code that the program ends with', () => {
    install(process.execPath);
    hub('process.exit(42)');

    expect(run([entry]).status).toBe(42);
  });

  test('ends by the signal that the program ends by', () => {
    install(process.execPath);
    hub("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)");

    expect(run([entry])).toMatchObject({ status: null, signal: 'SIGKILL' });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on, once, and waits for the program to end',
    async signal => {
      install(process.execPath);
      hub(`let heard = 0;
      process.on('${signal}', () => { heard += 1; setTimeout(() => { console.log('heard ' + heard); process.exit(7); }, 50); });
      setInterval(() => {}, 1000);
      console.log('ready');`);
      const child = spawn(oldNode as string, [entry], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', data => (said += data));
      await once(child.stdout, 'data');

      child.kill(signal);
      const [code] = await once(child, 'close');

      expect(said).toBe('ready\nheard 1\n');
      expect(code).toBe(7);
    },
  );

  test('says in one sentence what to do when there is no other Node', () => {
    hub("console.log('must not run')");

    const { status, stdout, stderr } = run([entry]);

    expect(stderr).toBe(
      `Patchbay needs Node 22.19 or newer; this is v${version(oldNode as string)}. Run \`npm ci\` here, which brings its own, or install Node 24.\n`,
    );
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  test('does not take an installed Node that is as old, nor one that does not run', () => {
    hub("console.log('must not run')");
    install(oldNode as string);
    expect(run([entry])).toMatchObject({ status: 1, stdout: '' });

    writeFileSync(path.join(home, 'dist', 'broken'), '');
    install(path.join(home, 'dist', 'broken'));
    expect(run([entry])).toMatchObject({ status: 1, stdout: '' });
  });

  test('replaces itself once, whatever the other Node really is', () => {
    hub("console.log('must not run')");
    const liar = path.join(home, 'liar');
    writeFileSync(liar, `#!/bin/sh\n[ "$1" = --version ] && echo v99.0.0 && exit\nexec "${oldNode}" "$@"\n`, {
      mode: 0o755,
    });
    install(liar);

    const { status, stderr } = run([entry]);

    expect(stderr.match(/Patchbay needs Node/g)).toHaveLength(1);
    expect(status).toBe(1);
  });
});

test('an entry file on a new Node loads the program in the same process', () => {
  hub('console.log(process.ppid)');

  const { stdout, status } = spawnSync(process.execPath, [entry], { encoding: 'utf8' });

  expect(Number(stdout)).toBe(process.pid);
  expect(status).toBe(0);
});

test('an error of the program is an error of the entry file', () => {
  hub("throw new Error('as it should')");

  const { stderr, status } = spawnSync(process.execPath, [entry], { encoding: 'utf8' });

  expect(stderr).toContain('as it should');
  expect(status).toBe(1);
});

function hub(source: string): void {
  writeFileSync(path.join(home, 'dist', 'src', 'hub.js'), source);
}

function install(node: string): void {
  const bin = path.join(home, 'node_modules', '.bin');
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  symlinkSync(node, path.join(bin, 'node'));
}

function run(args: readonly string[]) {
  return spawnSync(oldNode as string, args, { encoding: 'utf8' });
}

function version(node: string): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().replace(/^v/, '');
}
