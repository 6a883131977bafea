import { randomBytes } from 'node:crypto';
import { ask, subscribe } from '../kit/client.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { hubEnv, type TestHub } from '../kit/hub.js';
import { type Entry, startEntry } from './entry.js';

/** A hub as it is run: an API and workers, each a process of its own from the build. */
export interface HubProcesses extends Pick<TestHub, 'ask' | 'subscribe' | 'database'> {
  readonly url: string;
  readonly adminKey: string;
  readonly api: Entry;
  readonly workers: readonly Entry[];
  end(): Promise<void>;
}

export async function startHubProcesses(
  workerCount: number,
  env: Readonly<Record<string, string>>,
): Promise<HubProcesses> {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const database: FreshDatabase = await freshDatabase();
  const all = { ...hubEnv(database.url, adminKey), LOG_LEVEL: 'warn', ...env };
  const start = (role: string, ready: RegExp) =>
    startEntry('dist/src/main.js', [], { ...all, PATCHBAY_ROLE: role }, ready);
  const api = await start('api', /listens at (\S+)\/graphql/);
  const workers = await Promise.all(Array.from({ length: workerCount }, () => start('worker', /Patchbay works/)));
  const url = api.greeting[1] ?? '';
  return {
    ...{ url, adminKey, api, workers, database },
    ask: (query, variables = {}, key = adminKey) => ask(url, key, query, variables),
    subscribe: (query, variables = {}, key = adminKey) => subscribe(url, key, query, variables),
    async end() {
      await Promise.all([api, ...workers].map(entry => entry.end()));
      await database.drop();
    },
  };
}
