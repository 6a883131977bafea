/**
 * The composition root: the only file that knows features, infra and api together.
 */
import 'reflect-metadata';
import type { EntityManager } from '@mikro-orm/postgresql';
import {
  alertReactions,
  carryOutRevocations,
  carryOutStops,
  endDormant,
  feature as access,
  keeperOf,
  sweepAuthorizations,
  sweepTokens,
  sweepVisits,
  tellOfExpiredLinks,
  warnOfEnds,
} from './access/index.js';
import { feature as alerts, holdBroken, keepDeadMan, keepWatch, measureAlerting } from './alerts/index.js';
import type { ApiLimits, MetricsPage, ResolverClass } from './api/index.js';
import { feature as calls } from './calls/index.js';
import { discover, feature as catalog } from './catalog/index.js';
import { type Config, hubAddress } from './config.js';
import { AddressUnknown } from './core/errors.js';
import type { Log, Reach } from './core/ports.js';
import type { Secret } from './core/secret.js';
import { noTraces } from './core/traces.js';
import { ensureConfiguredKey, ensureFirstKey, feature as customers } from './customers/index.js';
import { feature as deliveries, measureDeliveries, queueDeliveries, sendDeliveries } from './deliveries/index.js';
import { forgetOld } from './forget-old.js';
import { feature as imports } from './imports/index.js';
import { type JobHandler, openQueue } from './infra/agenda.js';
import { openBus } from './infra/bus.js';
import { openClaims } from './infra/claims.js';
import { configuredKeys, keepFirstKey } from './infra/data-folder.js';
import { prepareDatabase } from './infra/database.js';
import { createEgress } from './infra/egress.js';
import { startEmbeddedPostgres } from './infra/embedded-postgres.js';
import { openKeyring } from './infra/keyring.js';
import { followNewDataKeys } from './infra/keyring/new-data-keys.js';
import { openKms } from './infra/kms.js';
import { openLog } from './infra/log.js';
import { openOAuth, patienceMs } from './infra/oauth.js';
import { openMetrics } from './infra/metrics.js';
import { openOrm } from './infra/orm.js';
import { tellAddress, toldAddress } from './infra/public-address.js';
import { openSql } from './infra/sql.js';
import { measureBus, measuredEgress, measuredOAuth, measureJobs, measurePools } from './measure.js';
import { feature as outbox, measureChanges, publishChanges, reactToFacts, sendMails } from './outbox/index.js';
import { feature as notices, sendNotices } from './notices/index.js';
import {
  executeLookJob,
  executeRun,
  executeRunJob,
  feature as runs,
  measureRuns,
  readUnreadAgain,
  sweepRuns,
} from './runs/index.js';
import { beginTurns, feature as syncs } from './syncs/index.js';
import { feature as hooks, keepHooks, unsubscribeBeforeCut, workEvents } from './hooks/index.js';
import type { House, Scope, Viewer } from './scope.js';

const features = [customers, outbox, catalog, access, calls, runs, imports, syncs, hooks, notices, alerts, deliveries];
export const resolvers = features.flatMap(feature => [...feature.resolvers]);
const entities = features.flatMap(feature => [...feature.entities]);
/** Everything in the database that the keyring has sealed. */
export const sealedColumns = features.flatMap(feature => ('sealed' in feature ? feature.sealed : []));

/** What is forgotten, and when. */
export const kept = features.flatMap(feature => ('kept' in feature ? feature.kept : []));

/** What not every process needs. A worker without the API's libraries has less to keep, and less to look through for what it no longer needs. */
const parts = {
  api: () => import('./api/index.js'),
  health: () => import('./api/worker-health.js'),
  mail: () => import('./infra/mail.js'),
  traces: () => import('./infra/traces.js'),
};

/** How many runs one process works on side by side. */
const runsSideBySide = 8;
const looksSideBySide = 8;
const drainMs = 15_000;
/** An exchange of tokens is never cut off: what it brings may be the only one that the platform will ever give. */
const tokensDrainMs = patienceMs + 5_000;

export interface Hub {
  /** Address of the API; undefined for a pure worker. */
  readonly url: string | undefined;
  /** Where `/healthz` and `/readyz` are answered, without a slash at the end. */
  readonly healthUrl: string;
  /** Set when this start made the first admin key: shown once. */
  readonly firstKey: Secret<string> | undefined;
  /** Hands work back, lets clients go, and ends everything in reverse order. Within 20 seconds, unless a platform takes longer over a token. */
  close(): Promise<void>;
}

/** What a test may put in place of the real thing. */
export interface HubOptions {
  readonly log?: Log;
  /** Further folders with platforms in them. */
  readonly platformFolders?: readonly URL[];
  /** Wraps ports, to make them fail. */
  readonly wrap?: (house: House) => House;
  /** Off: row-level security has to hold alone. */
  readonly customerFilter?: boolean;
  /** Further resolver classes, such as ones that leak on purpose. */
  readonly resolvers?: readonly ResolverClass[];
  /** Off: nobody looks for trouble by itself, and what is broken is told at once, however much breaks. */
  readonly watch?: boolean;
  /** Looser or tighter limits of the API. */
  readonly limits?: Partial<ApiLimits>;
}

const worker: Viewer = {
  kind: 'system',
  role: 'service',
  customerId: undefined,
  apiKeyId: undefined,
  staffId: undefined,
  name: 'worker',
};

/** @throws StartupProblem with one sentence for the operator. */
export async function openHub(config: Config, options: HubOptions = {}): Promise<Hub> {
  const log = options.log ?? openLog(config.logLevel);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) {
      await closer().catch((error: unknown) => log.warn('Something did not close cleanly.', { error }));
    }
  };
  try {
    return await open(config, options, log, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  config: Config,
  options: HubOptions,
  log: Log,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Hub> {
  const metrics = openMetrics();
  // Closed after everything that is traced.
  const told = config.traces && (await parts.traces()).openTraces(config.traces, { metrics, log });
  if (told !== undefined) closers.push(() => told.close());
  const traces = told ?? noTraces;
  const connectors = await discover(options.platformFolders);
  const egress = createEgress({ allow: config.egressAllow, log });
  closers.push(() => egress.close());
  const endpointEgress = createEgress({ allow: config.endpointAllow, setting: 'PATCHBAY_ENDPOINT_ALLOW', log });
  closers.push(() => endpointEgress.close());
  const keys = await configuredKeys(config);
  const kms = await openKms({ keys, aws: config.kms }, { egress, log });
  const { url, root } = await prepareDatabase(await ownerUrl(config, log, closers), {
    ...{ kms, oldest: keys.at(-1)?.key },
  });
  const sql = openSql(url);
  closers.push(() => sql.close());
  const orm = await openOrm({ url, entities, customerFilter: options.customerFilter ?? true });
  closers.push(() => orm.close());
  const bus = await openBus(url, log);
  closers.push(() => bus.close());
  const claims = openClaims(url);
  closers.push(() => claims.close());
  const keyring = openKeyring({ kms, root, sql });
  closers.push(async () => keyring.close());
  followNewDataKeys(bus, keyring);

  const works = config.role !== 'api';
  const stopping = new AbortController();
  const crew = new Crew();
  const handlers: JobHandler[] = [];
  let house: House | undefined;
  if (works) {
    handlers.push({
      name: executeRunJob,
      concurrency: runsSideBySide,
      // Which run it names is only why somebody should look: another may have been waiting for its turn.
      handle: () => crew.add(executeRun(house as House, stopping.signal)),
    });
    handlers.push({
      name: executeLookJob,
      concurrency: looksSideBySide,
      handle: () => crew.add(executeRun(house as House, stopping.signal, 'look')),
    });
  }
  const queue = await openQueue({ jobs: config.jobs, databaseUrl: url, bus, log, handlers });
  const { apiUrls, mediaUrls, authUrls, tokenUrls, platformApps, operatorName, smtpUrl, mailFrom } = config;
  const { callsUrl, slackUrl } = config;
  const mailer = smtpUrl && mailFrom && (await parts.mail()).openMailer({ url: smtpUrl, from: mailFrom });
  if (mailer !== undefined) closers.push(() => mailer.close());
  // The port of an API that takes any free one is known when it listens.
  let port = config.port;
  const publicUrl = (): string => config.publicUrl ?? hubAddress(config.host, port);
  const knowsAddress = config.publicUrl !== undefined || config.role !== 'worker';
  const askAddress = (): Promise<string | undefined> => sql.transaction('all', toldAddress);
  const clock = { now: () => new Date() };
  const bare: House = {
    connectors,
    jobs: queue,
    bus,
    clock,
    log,
    keyring,
    ...{ sql, claims },
    egress: measuredEgress(egress, { metrics, traces, connectors, apiUrls, mediaUrls }),
    endpointEgress,
    oauth: measuredOAuth(openOAuth({ egress, agent: egress.agentFor, clock }), {
      metrics,
      traces,
      connectors,
      tokenUrls,
    }),
    ...{ metrics, traces },
    ...{ mailer, operatorName, callsUrl, slackUrl, publicUrl },
    linkUrl: async () => {
      const url = knowsAddress ? publicUrl() : await askAddress();
      if (url === undefined) throw new AddressUnknown();
      return url;
    },
    ...{ apiUrls, mediaUrls, authUrls, tokenUrls, platformApps },
    ownScope: (customerId, signal) => scopeFor(house as House, orm.em, { customerId }, signal),
    houseScope: signal => scopeFor(house as House, orm.em, 'all', signal),
    platformLimits: config.platformLimits,
    beforeDisconnect: unsubscribeBeforeCut,
  };
  house = options.wrap?.(bare) ?? bare;
  closers.push(() => queue.close());

  const jobs = config.jobs === 'postgres' ? 'postgres' : 'mongodb';
  metrics.read('patchbay_info', () => [[{ role: config.role, jobs }, 1]]);
  measureRuns(house);
  measureChanges(house);
  measureDeliveries(house);
  measureAlerting(house);
  if (jobs === 'postgres') measureJobs(metrics, sql);
  measurePools(metrics, { pages: sql.use, entities: orm.use, bus: bus.use });
  measureBus(bus, metrics, stopping.signal);

  const firstKey = await ensureKey(config, house, orm.em);
  const keeper = keeperOf(house);
  // When the API has closed, nobody comes back from a platform any more.
  closers.push(() => keeper.finish(tokensDrainMs));
  const metricsPage: MetricsPage = { ...metrics, token: config.metricsToken };
  const api =
    config.role === 'worker'
      ? undefined
      : await (await parts.api()).openApi({
          ...{ house, em: orm.em, host: config.host, port: config.port, publicUrl: config.publicUrl },
          ...{ limits: options.limits, metricsPage, graphiql: config.graphiql },
          trustedProxies: config.trustedProxies,
          resolvers: [...resolvers, ...(options.resolvers ?? [])],
        });
  const health =
    api ??
    (await (
      await parts.health()
    ).openHealth({
      house,
      em: orm.em,
      host: config.host,
      port: config.port,
      metricsPage,
      limits: options.limits,
      trustedProxies: config.trustedProxies,
    }));
  closers.push(() => health.close());
  if (api !== undefined) {
    port = api.address.port;
    await tellAddress(sql, publicUrl());
  }
  if (!knowsAddress && (await askAddress()) === undefined) log.warn(noAddress);
  if (works) {
    sweepRuns(house, stopping.signal);
    readUnreadAgain(house, stopping.signal);
    beginTurns(house, stopping.signal);
    forgetOld(house, kept, stopping.signal);
    if (options.watch !== false) keepWatch(house, stopping.signal);
    if (config.deadManUrl !== undefined) keepDeadMan(house, config.deadManUrl, stopping.signal);
    workEvents(house, stopping.signal);
    keepHooks(house, stopping.signal);
    sweepTokens(house, stopping.signal);
    warnOfEnds(house, stopping.signal);
    tellOfExpiredLinks(house, stopping.signal);
    endDormant(house, stopping.signal);
    carryOutStops(house, stopping.signal);
    carryOutRevocations(house, stopping.signal);
    sweepAuthorizations(house, stopping.signal);
    sweepVisits(house, stopping.signal);
    tellOfKeptMails(house);
    void crew.add(sendMails(house, stopping.signal));
    void crew.add(publishChanges(house, queueDeliveries(house), stopping.signal));
    void crew.add(sendDeliveries(house, stopping.signal));
    void crew.add(sendNotices(house, stopping.signal));
    const holds = options.watch === false ? {} : { 'connection.broken': holdBroken };
    void crew.add(reactToFacts(house, orm.em, { reactions: alertReactions, holds }, stopping.signal));
  }
  closers.push(async () => {
    stopping.abort();
    const finished = keeper.finish(tokensDrainMs);
    await queue.stop();
    await crew.done(drainMs);
    await finished;
  });
  return { url: api?.url, healthUrl: health.url, firstKey, close };
}

const noAddress =
  'It is not known where people reach the hub: mails with links wait until an API process has started, or PATCHBAY_PUBLIC_URL is set here.';

function tellOfKeptMails({ mailer, log }: House): void {
  if (mailer !== undefined) return;
  log.warn(
    'Mails are NOT sent: PATCHBAY_SMTP_URL is not set. Links and codes are kept; admins and customer success read them with the query `mails` and pass them on.',
  );
}

async function ownerUrl(config: Config, log: Log, closers: (() => Promise<void>)[]): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl.reveal();
  const postgres = await startEmbeddedPostgres({ dir: `${config.dataDir}/postgres`, log });
  closers.push(() => postgres.stop());
  return postgres.url;
}

/** The admin key of the configuration, or the first one, which is made and kept in a file of the data folder. */
async function ensureKey(
  config: Config,
  house: House,
  em: (reach: Reach) => EntityManager,
): Promise<Secret<string> | undefined> {
  const scope = scopeFor(house, em, 'all', new AbortController().signal);
  if (config.adminKey !== undefined) {
    await ensureConfiguredKey(scope, config.adminKey);
    return undefined;
  }
  return ensureFirstKey(scope, secret => keepFirstKey(config.dataDir, secret.reveal()));
}

function scopeFor(house: House, em: (reach: Reach) => EntityManager, reach: Reach, signal: AbortSignal): Scope {
  return { ...house, viewer: worker, em: em(reach), reach, signal };
}

/** Work in hand. */
class Crew {
  readonly #hands = new Set<Promise<void>>();

  async add(work: Promise<void>): Promise<void> {
    this.#hands.add(work);
    try {
      await work;
    } finally {
      this.#hands.delete(work);
    }
  }

  /** Settles when all is done, or after `limitMs`. */
  async done(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>(resolve => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.allSettled(this.#hands), limit]);
    clearTimeout(timer);
  }
}
