/**
 * Measuring at the ports: what goes through them is counted here, so that features need not.
 */
import { randomUUID } from 'node:crypto';
import type { Connector, ManifestOnly } from '#connector';
import type { GaugeName, Metrics, Reading } from './core/metrics.js';
import type { Bus, Egress, OAuthClient, OAuthOutcome, Sql } from './core/ports.js';
import type { PoolUse } from './infra/pool-use.js';
import type { House } from './scope.js';
import { tracedRequest } from './traced-request.js';

const lagEveryMs = 15_000;
const lagPatienceMs = 10_000;

/** The way out, with every request counted under the platform that it goes to, and told in the trace that it is part of. */
export function measuredEgress(
  egress: Egress,
  {
    metrics,
    traces,
    connectors,
    apiUrls,
    mediaUrls,
  }: Pick<House, 'metrics' | 'traces' | 'connectors' | 'apiUrls' | 'mediaUrls'>,
): Egress {
  const platformOf = platformsByAddress(connectors, [...apiUrls, ...mediaUrls]);
  return {
    async request(request) {
      const platform = platformOf(request.url);
      const startedAt = performance.now();
      let status = 'none';
      try {
        const reply = await tracedRequest(traces, platform, request, () => egress.request(request));
        status = classOf(reply.status);
        metrics.count('patchbay_platform_received_bytes_total', { platform }, reply.bytes.length);
        return reply;
      } finally {
        metrics.count('patchbay_platform_requests_total', { platform, status });
        const seconds = (performance.now() - startedAt) / 1_000;
        metrics.observe('patchbay_platform_request_duration_seconds', { platform }, seconds);
      }
    },
  };
}

/** Token requests, with what became of each. */
export function measuredOAuth(
  oauth: OAuthClient,
  { metrics, traces, connectors, tokenUrls }: Pick<House, 'metrics' | 'traces' | 'connectors' | 'tokenUrls'>,
): OAuthClient {
  const platformOf = platformsByAddress(connectors, [...tokenUrls]);
  const measured = async (kind: string, url: string, ask: () => Promise<OAuthOutcome>): Promise<OAuthOutcome> => {
    const platform = platformOf(url);
    const startedAt = performance.now();
    const attributes = { 'patchbay.platform': platform };
    const outcome = await traces.span(`token ${kind}`, { kind: 'client', isPart: true, attributes }, async span => {
      const came = await ask();
      if (came.kind !== 'granted') span.fail(came.kind);
      return came;
    });
    metrics.count('patchbay_token_requests_total', { platform, kind, outcome: outcome.kind });
    const seconds = (performance.now() - startedAt) / 1_000;
    metrics.observe('patchbay_token_request_duration_seconds', { platform }, seconds);
    return outcome;
  };
  return {
    ...oauth,
    grant: (endpoint, parameters) => measured('grant', endpoint.tokenUrl, () => oauth.grant(endpoint, parameters)),
    refresh: (endpoint, token) => measured('refresh', endpoint.tokenUrl, () => oauth.refresh(endpoint, token)),
  };
}

function classOf(status: number): string {
  if (status === 429) return '429';
  return status >= 200 && status < 600 ? `${Math.floor(status / 100)}xx` : 'none';
}

/** Addresses are many and platforms few: by the replaced address, else by a domain of the platform's. */
function platformsByAddress(
  connectors: ReadonlyMap<string, Connector | ManifestOnly>,
  replacements: readonly (readonly [id: string, base: string])[],
): (url: string) => string {
  const replaced = replacements.filter(([id]) => connectors.has(id));
  const domains = [...connectors].flatMap(([id, connector]) =>
    'http' in connector
      ? [connector.http.domain, ...(connector.http.mediaDomains ?? [])].map(domain => [id, domain] as const)
      : [],
  );
  return url => {
    const host = URL.parse(url)?.hostname ?? '';
    const [id] =
      replaced.find(([, base]) => url.startsWith(base)) ??
      domains.find(([, domain]) => host === domain || host.endsWith(`.${domain}`)) ??
      [];
    return id ?? 'other';
  };
}

/** Sends word to itself over the bus now and then, and measures how long that takes. Goes on until `signal` aborts. */
export function measureBus(bus: Bus, metrics: Metrics, signal: AbortSignal): void {
  const topic = `lag:${randomUUID()}`;
  let sentAt: number | undefined;
  const news = bus.listen(topic, signal);
  void (async () => {
    for await (const _ of news) {
      if (sentAt !== undefined) metrics.observe('patchbay_bus_lag_seconds', {}, (performance.now() - sentAt) / 1_000);
      sentAt = undefined;
    }
  })();
  const send = (): void => {
    if (sentAt !== undefined && performance.now() - sentAt > lagPatienceMs)
      metrics.count('patchbay_bus_lost_total', {});
    sentAt = performance.now();
    bus.publish(topic, null);
  };
  send();
  const timer = setInterval(send, lagEveryMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

export function measurePools(metrics: Metrics, pools: Readonly<Record<string, () => PoolUse>>): void {
  const each = <N extends GaugeName>(readings: (pool: string, use: PoolUse) => readonly Reading<N>[]) =>
    Object.entries(pools).flatMap(([pool, use]) => readings(pool, use()));
  metrics.read('patchbay_database_connections', () =>
    each<'patchbay_database_connections'>((pool, { busy, idle }) => [
      [{ pool, state: 'busy' }, busy],
      [{ pool, state: 'idle' }, idle],
    ]),
  );
  metrics.read('patchbay_database_waiting', () =>
    each<'patchbay_database_waiting'>((pool, { waiting }) => [[{ pool }, waiting]]),
  );
}

/** With Agenda on PostgreSQL: how long the oldest job waits. */
export function measureJobs(metrics: Metrics, sql: Sql): void {
  metrics.read('patchbay_jobs_due_oldest_seconds', async () => {
    const [row] = await sql.transaction('none', tx => tx.rows<{ oldest: number | null }>(oldestJob));
    return [[{}, Math.max(0, row?.oldest ?? 0)]];
  });
}

// Jobs are made due a minute ago, so that clocks that differ delay none.
const oldestJob = `select extract(epoch from clock_timestamp() - min(greatest(next_run_at, created_at)))::double precision as oldest
  from jobs.agenda_jobs where next_run_at <= clock_timestamp() and locked_at is null and not disabled`;
