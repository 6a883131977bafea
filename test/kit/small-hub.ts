import type { EntityClass } from '@mikro-orm/postgresql';
import { type ApiLimits, openApi, type ResolverClass } from '../../src/api/index.js';
import type { Clock, Egress, Log } from '../../src/core/ports.js';
import { ensureFirstKey, feature as customers } from '../../src/customers/index.js';
import { openBus } from '../../src/infra/bus.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { openKeyring } from '../../src/infra/keyring.js';
import { openLog } from '../../src/infra/log.js';
import { openOAuth } from '../../src/infra/oauth.js';
import { noTraces } from '../../src/core/traces.js';
import { openMetrics } from '../../src/infra/metrics.js';
import { openOrm } from '../../src/infra/orm.js';
import { openSql } from '../../src/infra/sql.js';
import type { House, Scope, Viewer } from '../../src/scope.js';
import { ask } from './client.js';
import { type FreshDatabase, readyDatabase } from './database.js';
import { keysOf, usualKey } from './keys.js';

export interface SmallHubOptions {
  readonly resolvers?: readonly ResolverClass[];
  readonly entities?: readonly EntityClass<object>[];
  readonly clock?: Clock;
  readonly log?: Log;
  readonly port?: number;
  readonly limits?: Partial<ApiLimits>;
  /** Changes the address that serving code uses, to put something in between. */
  readonly via?: (servingUrl: string) => string;
}

export interface SmallHub {
  readonly url: string;
  readonly adminKey: string;
  readonly house: House;
  readonly database: FreshDatabase;
  /** A scope of the hub itself, which reaches everything. */
  scope(): Scope;
  /** Secret of a new API key. */
  key(role: string, more?: object): Promise<string>;
  close(): Promise<void>;
}

const hub: Viewer = {
  kind: 'system',
  role: 'admin',
  customerId: undefined,
  apiKeyId: undefined,
  staffId: undefined,
  name: 'hub',
};
const noEgress: Egress = { request: () => Promise.reject(new Error('This hub reaches nobody.')) };

/** The API with customers and keys and nothing else, over real HTTP, on a database of its own. */
export async function openSmallHub(options: SmallHubOptions = {}): Promise<SmallHub> {
  const {
    resolvers = [],
    entities = [],
    clock = { now: () => new Date() },
    log = openLog('silent'),
    port = 0,
    limits,
  } = options;
  const database = await readyDatabase();
  const keys = keysOf(usualKey);
  const prepared = await prepareDatabase(database.url, keys);
  const servingUrl = (options.via ?? (url => url))(prepared.url);
  const sql = openSql(servingUrl);
  const bus = await openBus(servingUrl, log);
  const orm = await openOrm({ url: servingUrl, entities: [...customers.entities, ...entities] });
  const house: House = {
    ...{
      clock,
      log,
      bus,
      sql,
      claims: { take: ids => Promise.resolve(ids), letGo: () => Promise.resolve() },
      egress: noEgress,
      endpointEgress: noEgress,
      connectors: new Map(),
      apiUrls: new Map(),
      mediaUrls: new Map(),
      platformLimits: new Map(),
    },
    keyring: openKeyring({ ...keys, root: prepared.root, sql }),
    ...{ authUrls: new Map(), tokenUrls: new Map(), platformApps: new Map() },
    ownScope: () => scope(),
    houseScope: () => scope(),
    oauth: openOAuth({
      ...{ egress: noEgress, clock },
      agent: () => {
        throw new Error('This hub reaches nobody.');
      },
    }),
    jobs: { add: () => Promise.resolve() },
    metrics: openMetrics(),
    traces: noTraces,
    ...{ mailer: undefined, operatorName: 'Patchbay', callsUrl: undefined, slackUrl: undefined },
    publicUrl: () => 'http://127.0.0.1',
    linkUrl: () => Promise.resolve('http://127.0.0.1'),
  };
  const scope = (): Scope => ({
    ...house,
    viewer: hub,
    reach: 'all',
    em: orm.em('all'),
    signal: new AbortController().signal,
  });
  const adminKey = (await ensureFirstKey(scope()))?.reveal() ?? '';
  const rooms = { house, em: orm.em, limits };
  const closeRest = async (): Promise<void> => {
    await bus.close();
    await orm.close();
    await sql.close();
    await database.drop();
  };
  const allResolvers = [...customers.resolvers, ...resolvers];
  const api = await openApi({ host: '127.0.0.1', port, resolvers: allResolvers, ...rooms }).catch(async error => {
    await closeRest();
    throw error;
  });

  return {
    ...{ url: api.url, adminKey, house, database, scope },
    async key(role, more = {}) {
      const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
      const { createApiKey } = await ask(api.url, adminKey, document, {
        input: { label: `a ${role} key`, role, ...more },
      });
      return createApiKey.secret;
    },
    async close() {
      await api.close();
      await closeRest();
    },
  };
}
