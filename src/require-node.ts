/**
 * The guard of every entry file. It may use only what Node 18 understands, and imports nothing of
 * ours: everything else is loaded after it has looked. An entry file is these two lines:
 *
 *     import { enter } from './require-node.js';
 *     await enter(() => import('./hub.js'));
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// What our dependencies ask for; the pinned Node is newer.
const oldest = [22, 19] as const;

/** Marks a process that was started in place of another, so that this happens once. */
const mark = 'PATCHBAY_NODE_REPLACED';

/**
 * Loads the program. On a Node that is too old it runs the same command line on the Node that
 * `npm ci` installed here and ends as that one ends; without one, it says what to do and exits with 1.
 */
export async function enter(load: () => Promise<unknown>): Promise<void> {
  const wasReplaced = process.env[mark] !== undefined;
  delete process.env[mark];
  // Libraries that are told to debug write down what they handle, with the secrets in it.
  delete process.env.DEBUG;
  if (isNewEnough(process.versions.node)) {
    await load();
    return;
  }
  const better = wasReplaced ? undefined : findNode();
  if (better === undefined) refuse();
  else runOn(better);
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function findNode(): string | undefined {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const node = path.join(folder, 'node_modules', '.bin', 'node');
    if (existsSync(node)) {
      const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      if (status === 0 && isNewEnough(stdout.trim().replace(/^v/, ''))) return node;
    }
    const parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function runOn(node: string): void {
  const args = [...process.execArgv, ...process.argv.slice(1)];
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, [mark]: '1' } });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // A terminal sends these two to the child as well; twice would read as impatience.
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !hasTerminal) child.kill(signal);
    });
  }
  child.on('error', refuse);
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

function refuse(): void {
  process.stderr.write(
    `Patchbay needs Node ${oldest.join('.')} or newer; this is ${process.version}. Run \`npm ci\` here, which brings its own, or install Node 24.\n`,
  );
  process.exit(1);
}
