import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A process of the demo: its output goes to a log file, and the demo waits for words in it. */
export interface Child {
  /** What the pattern's groups matched in the output, now or later. Rejects when the process ends first. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  end(): Promise<void>;
}

/** What configures a hub. The demo has one of its own, whatever hub the environment is meant for. */
const ofAnotherHub = /^(PATCHBAY_|PLATFORM_|DATABASE_URL|JOBS_URL)/;

/** Starts one of our own entry files, given by its path beside this folder. */
export function startChild(entry: string, args: readonly string[], env: NodeJS.ProcessEnv, logFile: string): Child {
  const path = fileURLToPath(new URL(`../${entry}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    env: { ...surroundings(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile);
  let output = '';
  let ears: (() => void)[] = [];
  const hear = (chunk: Buffer): void => {
    log.write(chunk);
    // Greetings come first; later output is for the log file only.
    if (output.length < 100_000) output += chunk.toString();
    for (const ear of ears) ear();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));

  return {
    says: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match === null) return;
          ears = ears.filter(ear => ear !== look);
          resolve(match);
        };
        ears.push(look);
        void ended.then(() => reject(new Error(`The demo's ${entry} ended early:\n${output.trim()}`)));
        look();
      }),
    end: () => endChild(child, ended),
  };
}

function surroundings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofAnotherHub.test(name)));
}

async function endChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  await ended;
}
