import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { healthOf, healthRoutes } from './health.js';
import { type ApiLimits, apiLimits } from './limits/api-limits.js';
import { KnownViewers } from './limits/known-viewers.js';
import { clientAddress } from './limits/client-address.js';
import { Rates } from './limits/rates.js';
import { listen, reachable, stop } from './listen.js';
import { type MetricsPage, metricsRoutes } from './metrics.js';
import type { Rooms } from './scope-for.js';
import type { Api } from './server.js';

export interface HealthOptions extends Pick<Rooms, 'house' | 'em'> {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly metricsPage: MetricsPage;
  readonly limits?: Partial<ApiLimits> | undefined;
  /** Networks of the operator's proxies, which say whom they heard. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** `/healthz`, `/readyz` and `/metrics` and nothing else, for processes without an API. @throws StartupProblem when the port cannot be had. */
export async function openHealth({
  host,
  port,
  metricsPage,
  trustedProxies = [],
  ...options
}: HealthOptions): Promise<Pick<Api, 'url' | 'close'>> {
  const app = express().disable('x-powered-by').disable('etag');
  const limits = { ...apiLimits, ...options.limits };
  const viewers = new KnownViewers(options.house.clock);
  const rooms = {
    ...{ ...options, limits, rates: new Rates(limits), viewers },
    addressOf: clientAddress(trustedProxies),
  };
  app.use(healthRoutes(healthOf(options.house.sql)), metricsRoutes(rooms, metricsPage));
  app.use(
    (_request, response) =>
      void response.status(404).type('text/plain').send('a worker: /healthz, /readyz or /metrics\n'),
  );
  const server = createServer(app);
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${reachable(host)}:${taken}`, close: () => stop(server) };
}
