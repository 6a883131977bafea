import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ask, graphql, subscribe } from '../kit/client.js';
import { readyDatabase } from '../kit/database.js';
import { hubEnv } from '../kit/hub.js';

/** What the hub's process says of itself. */
interface State {
  /** The most memory that it ever held. */
  readonly peakMegabytes: number;
  readonly isPolluted: boolean;
}

/** A hub in a process of its own, from the build, on a database of its own. */
export async function startMeasuredHub(gongUrl: string) {
  const database = await readyDatabase();
  const key = `pb_${randomBytes(32).toString('base64url')}`;
  const env = { ...hubEnv(database.url, key), PLATFORM_GONG_API_URL: gongUrl, LOG_LEVEL: 'error' };
  const child = fork(fileURLToPath(new URL('hub.mjs', import.meta.url)), {
    env: { PATH: process.env['PATH'], ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += chunk));
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const { url } = await told<{ readonly url: string }>(child, ended, () => output);
  return {
    database,
    ask: (query: string, variables: object = {}) => ask(url, key, query, variables),
    graphql: (query: string, variables: object = {}) => graphql(url, key, query, variables),
    subscribe: (query: string, variables: Record<string, unknown> = {}) => subscribe(url, key, query, variables),
    async state(): Promise<State> {
      child.send('state');
      return told<State>(child, ended, () => output);
    },
    /** Everything it wrote. */
    output: () => output,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await database.drop();
    },
  };
}

async function told<T>(child: ChildProcess, ended: Promise<void>, output: () => string): Promise<T> {
  const died = ended.then(() => {
    throw new Error(`The hub has ended: ${output()}`);
  });
  const [message] = await Promise.race([once(child, 'message'), died]);
  return message as T;
}
