import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One of our own programs in a process of its own. */
export interface Entry {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly greeting: RegExpExecArray;
  output(): string;
  /** Asks it to end, and waits until it has. */
  end(): Promise<void>;
}

/** Starts an entry file, given by its path below the root, and waits until it says what fits `ready`. */
export async function startEntry(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<Entry> {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const greeting = await new Promise<RegExpExecArray>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const match = ready.exec(text);
      if (match !== null) resolve(match);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    void ended.then(() => reject(new Error(`${file} ended early:\n${text}`)));
  });
  return {
    pid: child.pid as number,
    greeting,
    output: () => text,
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
