import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Taken {
  readonly tokens: readonly string[];
  readonly failures: number;
  readonly lastMs: number;
}

/** A process that hands out tokens. */
export interface KeeperProcess {
  readonly child: ChildProcess;
  /** Set for the roles that listen. */
  readonly url: string;
  /** So many at once. Rejects when the process ends first. */
  take(held: { readonly id: string; readonly customerId: string }, callers: number): Promise<Taken>;
  /** Ends the sign-ins whose time is over, as a worker does every minute. */
  endSignIns(): Promise<void>;
  /** Seconds of processor time so far. */
  cpuSeconds(): Promise<number>;
  end(signal?: NodeJS.Signals): Promise<void>;
}

interface Told {
  readonly url?: string;
  readonly taken?: Taken;
  readonly usage?: NodeJS.CpuUsage;
}

/** Started from the build; it kills itself at `crashAt` when that is given. */
export async function startKeeper(env: Readonly<Record<string, string>>, crashAt?: string): Promise<KeeperProcess> {
  const child = fork(fileURLToPath(new URL('keeper-process.mjs', import.meta.url)), {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...env, ...(crashAt !== undefined && { CRASH_AT: crashAt }) },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const message = async (): Promise<Told> => {
    const [told] = await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('The process has ended.'))),
    ]);
    return told as Told;
  };
  const { url = '' } = await message();
  return {
    ...{ child, url },
    async take({ id, customerId }, callers) {
      const answer = message();
      child.send({ take: { id, customerId }, callers });
      return (await answer).taken as Taken;
    },
    async endSignIns() {
      const answer = message();
      child.send({ endSignIns: true });
      await answer;
    },
    async cpuSeconds() {
      const answer = message();
      child.send({ usage: true });
      const { user, system } = (await answer).usage as NodeJS.CpuUsage;
      return (user + system) / 1e6;
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
}
