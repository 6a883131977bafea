import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { type Hub, type HubOptions, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { ask, graphql, refusedWith, subscribe } from './client.js';
import { type FreshDatabase, readyDatabase } from './database.js';

/** A test asks faster than a client may, and everything with one key. Those about limits set their own. */
const roomy: HubOptions['limits'] = {
  key: { perSecond: 1e6, burst: 1e6 },
  misuse: { perSecond: 1e6, burst: 1e6 },
  strangers: { perSecond: 1e6, burst: 1e6 },
  visits: { perSecond: 1e6, burst: 1e6 },
  messages: { perSecond: 1e6, burst: 1e6 },
  socketsPerKey: 1e6,
};

/** A whole hub in this process, on a database of its own, reached as the outside reaches it. */
export interface TestHub {
  readonly url: string;
  readonly adminKey: string;
  readonly database: FreshDatabase;
  /** Environment with which further processes join this hub. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything logged so far. */
  logged(): string;
  /** As admin, or with the key given. */
  ask(query: string, variables?: object, key?: string): ReturnType<typeof ask>;
  graphql(query: string, variables?: object, key?: string): ReturnType<typeof graphql>;
  refused(query: string, variables?: object, key?: string): ReturnType<typeof refusedWith>;
  subscribe(query: string, variables?: Record<string, unknown>, key?: string): ReturnType<typeof subscribe>;
  close(): Promise<void>;
}

export async function testHub(env: Readonly<Record<string, string>> = {}, options: HubOptions = {}): Promise<TestHub> {
  const database = await readyDatabase();
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const own = { ...hubEnv(database.url, adminKey), ...env };
  let text = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const hub: Hub = await openHub(readConfig(own), { log: openLog('debug', sink), limits: roomy, ...options });
  const url = hub.url as string;
  return {
    url,
    adminKey,
    database,
    env: own,
    logged: () => text,
    ask: (query, variables = {}, key = adminKey) => ask(url, key, query, variables),
    graphql: (query, variables = {}, key = adminKey) => graphql(url, key, query, variables),
    refused: (query, variables = {}, key = adminKey) => refusedWith(url, key, query, variables),
    subscribe: (query, variables = {}, key = adminKey) => subscribe(url, key, query, variables),
    async close() {
      await hub.close();
      await database.drop();
    },
  };
}

/** What a hub process needs in order to join the hub of this database. */
export function hubEnv(databaseUrl: string, adminKey: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    PATCHBAY_ADMIN_KEY: adminKey,
    PATCHBAY_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    PATCHBAY_EGRESS_ALLOW: '127.0.0.1',
    PATCHBAY_ENDPOINT_ALLOW: '127.0.0.1',
    PORT: '0',
  };
}
