import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forgetRecords } from '../customers/index.js';
import { startApollo } from './apollo.js';
import { healthOf } from './health.js';
import { httpApp } from './http.js';
import { watchKeys } from './key-watch.js';
import { listen, patienceMs, reachable, stop } from './listen.js';
import type { MetricsPage } from './metrics.js';
import { type ApiLimits, apiLimits } from './limits/api-limits.js';
import { KnownViewers } from './limits/known-viewers.js';
import { clientAddress } from './limits/client-address.js';
import { Rates } from './limits/rates.js';
import { Reading } from './limits/reading.js';
import { afterMutations } from './after-mutations.js';
import { buildApiSchema, type ResolverClass } from './schema.js';
import type { Rooms } from './scope-for.js';
import { traceMutations } from './traced-mutations.js';
import { openSockets } from './sockets.js';

export interface ApiOptions extends Pick<Rooms, 'house' | 'em'> {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly resolvers: readonly ResolverClass[];
  /** Where browsers reach the hub; see `isOurOrigin`. */
  readonly publicUrl?: string | undefined;
  readonly metricsPage?: MetricsPage | undefined;
  /** Whether `/graphiql` is there. */
  readonly graphiql?: boolean | undefined;
  /** In place of the usual ones, for tests. */
  readonly limits?: Partial<ApiLimits> | undefined;
  /** Networks of the operator's proxies, which say whom they heard. */
  readonly trustedProxies?: readonly string[] | undefined;
}

export interface Api {
  /** Where people on this machine reach it, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly address: { readonly host: string; readonly port: number };
  /** Takes no new work, lets requests in flight end within 5 seconds, and closes. */
  close(): Promise<void>;
}

/** GraphQL over HTTP and WebSocket, and the health checks, on one port. @throws StartupProblem when the port cannot be had. */
export async function openApi({
  host,
  port,
  resolvers,
  publicUrl,
  metricsPage,
  trustedProxies = [],
  graphiql = true,
  ...options
}: ApiOptions): Promise<Api> {
  const { metrics, sql } = options.house;
  const limits = { ...apiLimits, ...options.limits };
  const viewers = new KnownViewers(options.house.clock);
  const rooms: Rooms = {
    ...{ ...options, limits, rates: new Rates(limits), viewers },
    addressOf: clientAddress(trustedProxies),
  };
  const schema = await buildApiSchema(resolvers);
  traceMutations(schema, options.house);
  afterMutations(schema, () => viewers.forget());
  const reading = new Reading(rooms.rates);
  const apollo = await startApollo(schema, options.house, reading);
  const server = createServer(
    httpApp({ rooms, apollo, reading, schema }, { health: healthOf(sql), metrics: metricsPage, graphiql }),
  );
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  const closing = new AbortController();
  const sockets = openSockets(server, { schema, rooms, reading }, publicUrl);
  await listen(server, host, port).catch(async (error: unknown) => {
    await Promise.all([sockets.close(0), apollo.stop()]);
    throw error;
  });
  const running = () => [...sockets.visits].reduce((sum, visit) => sum + visit.running.size, 0);
  metrics.read('patchbay_sockets', () => [[{}, sockets.visits.size]]);
  metrics.read('patchbay_subscriptions', () => [[{}, running()]]);
  watchKeys(rooms, sockets.visits, closing.signal);
  forgetHourly(rooms, closing.signal);

  const address = { host, port: (server.address() as AddressInfo).port };
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing.abort();
    await Promise.all([stop(server), sockets.close(patienceMs)]);
    await apollo.stop();
  };
  return {
    url: `http://${reachable(host)}:${address.port}`,
    address,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** Records of idempotency keys are of no use after a day. */
function forgetHourly({ house: { clock, log }, em }: Rooms, signal: AbortSignal): void {
  const forget = (): void => {
    forgetRecords(em('all'), clock.now()).catch((error: unknown) => log.debug('Old records stay for now.', { error }));
  };
  const timer = setInterval(forget, 3_600_000).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
