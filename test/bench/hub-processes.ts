import { randomBytes } from 'node:crypto';
import { ask, subscribe } from '../kit/client.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { hubEnv, type TestHub } from '../kit/hub.js';
import { type Entry, startEntry } from './entry.js';

/** A hub as it is run: an API and workers, each a process of its own from the build. The API's limits are never reached. */
export interface HubProcesses extends Pick<TestHub, 'ask' | 'subscribe' | 'database'> {
  readonly url: string;
  readonly adminKey: string;
  readonly api: Entry;
  readonly workers: readonly Entry[];
  end(): Promise<void>;
}

/** As in docker-compose.yml. */
const tuned: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  worker: { NODE_OPTIONS: '--max-semi-space-size=8' },
};

export async function startHubProcesses(
  workerCount: number,
  env: Readonly<Record<string, string>>,
): Promise<HubProcesses> {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const database: FreshDatabase = await freshDatabase();
  const all = { ...hubEnv(database.url, adminKey), LOG_LEVEL: 'warn', ...env };
  const start = (role: string, entry: string, ready: RegExp) =>
    startEntry(entry, [], { ...tuned[role], ...all, PATCHBAY_ROLE: role }, ready);
  const api = await start('api', 'test/bench/roomy-hub.mjs', /hub ready (\S+)/);
  const workers = await Promise.all(
    Array.from({ length: workerCount }, () => start('worker', 'dist/src/main.js', /Patchbay works/)),
  );
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
