import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Sql } from '../core/ports.js';
import { healthOf, healthRoutes } from './health.js';
import { type Api, listen, reachable, stop } from './server.js';

export interface HealthOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly sql: Sql;
}

/** `/healthz` and `/readyz` and nothing else, for processes without an API. @throws StartupProblem when the port cannot be had. */
export async function openHealth({ host, port, sql }: HealthOptions): Promise<Pick<Api, 'url' | 'close'>> {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(healthRoutes(healthOf(sql)));
  app.use((_request, response) => void response.status(404).type('text/plain').send('a worker: /healthz or /readyz\n'));
  const server = createServer(app);
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${reachable(host)}:${taken}`, close: () => stop(server) };
}
