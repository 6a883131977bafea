import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const [before, built, after] = [1_000_000, 2_000_000, 3_000_000];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'patchbay-stale-'));
  await Promise.all(['src', 'connections', '.config', 'dist/src'].map(at => mkdir(inside(at), { recursive: true })));
  const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  await writeFile(inside('package.json'), JSON.stringify({ scripts: { ...scripts, build: 'echo built' } }));
  await cp(path.join(root, '.config/build-if-stale.sh'), inside('.config/build-if-stale.sh'));
  const files = ['src/main.ts', 'tsconfig.json', '.config/tsconfig.build.json', 'dist/.tsbuildinfo'];
  await Promise.all(files.map(file => writeFile(inside(file), '')));
  for (const program of ['main', 'patchbay'])
    await writeFile(inside(`dist/src/${program}.js`), 'console.log("started")');
  for (const at of ['src', 'connections', ...files]) await utimes(inside(at), before, before);
  await utimes(inside('dist/.tsbuildinfo'), built, built);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const inside = (at: string): string => path.join(dir, at);

async function run(script: string): Promise<string[]> {
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };
  const { stdout } = await promisify(execFile)('sh', ['-c', await command(script)], { cwd: dir, env });
  return stdout.trim().split('\n');
}

async function command(script: string): Promise<string> {
  return JSON.parse(await readFile(inside('package.json'), 'utf8')).scripts[script];
}

test.each(['start', 'patchbay'])(
  'npm run %s starts what was built, and builds first when a source is newer',
  async script => {
    expect(await run(script)).toEqual(['started']);

    await utimes(inside('src/main.ts'), after, after);

    expect(await run(script)).toEqual(['built', 'started']);
    expect(await run(script)).toEqual(['started']);
  },
);

test('a source that was removed, and other settings of the compiler, are noticed', async () => {
  await utimes(inside('connections'), after, after);
  expect(await run('start')).toEqual(['built', 'started']);

  await utimes(inside('dist/.tsbuildinfo'), built, built);
  await utimes(inside('connections'), before, before);
  await utimes(inside('tsconfig.json'), after, after);

  expect(await run('start')).toEqual(['built', 'started']);
});

test('what was never built is built', async () => {
  await rm(inside('dist/.tsbuildinfo'));

  expect(await run('start')).toEqual(['built', 'started']);
});

test('a package without sources starts as it is', async () => {
  for (const at of ['src', 'connections', '.config', 'tsconfig.json']) await rm(inside(at), { recursive: true });

  expect(await run('start')).toEqual(['started']);
});
