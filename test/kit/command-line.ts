import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { runKeys } from '../../src/cli/keys/run-keys.js';

export interface Told {
  /** null: it was killed. */
  readonly code: number | null;
  readonly text: string;
}

/** The same of `keys …` without a process, which takes seconds to start. */
export async function keysCommand(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Told> {
  const [act, id] = args.filter(arg => !arg.startsWith('--'));
  const has = (option: string): boolean => args.includes(option);
  let text = '';
  const wish = { act, id, dryRun: has('--dry-run'), reseal: has('--reseal'), wait: !has('--no-wait') };
  const code = await runKeys(env, wish, line => {
    text += `${line}\n`;
  });
  return { code, text };
}

const program = path.join(import.meta.dirname, '../../dist/src/patchbay.js');

/** `npm run patchbay -- …` as a process of its own, from the build, to its end. */
export async function patchbay(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  hear: (text: string, child: ChildProcess) => void = () => undefined,
): Promise<Told> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    hear(text, child);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}
