import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A hub process of its own, from the build. */
export interface HubProcess {
  readonly child: ChildProcess;
  /** Set for the roles that listen. */
  readonly url: string;
  /** Everything it wrote. */
  output(): string;
  kill(signal?: NodeJS.Signals): void;
  /** Settles when it has ended. */
  readonly ended: Promise<void>;
}

/** Starts a hub process and waits until it works. It dies at `crashAt` when that is given. */
export async function startHubProcess(env: Readonly<Record<string, string>>, crashAt?: string): Promise<HubProcess> {
  const more: Record<string, string> = crashAt === undefined ? {} : { CRASH_AT: crashAt };
  return startProcess(new URL('crashing-hub.mjs', import.meta.url), { ...env, ...more });
}

/** Starts a program that says `hub ready <url>` when it is. */
export async function startProcess(program: URL, env: Readonly<Record<string, string>>): Promise<HubProcess> {
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const ready = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const match = /hub ready (\S*)/.exec(text);
      if (match !== null) resolve(match[1] ?? '');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then(() => reject(new Error(`The hub process ended early:\n${text}`)));
  });
  return { child, url: await ready, output: () => text, kill: (signal = 'SIGKILL') => void child.kill(signal), ended };
}
