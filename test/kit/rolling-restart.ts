import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Client, createClient } from 'graphql-ws';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { ask } from './client.js';
import { freshDatabase } from './database.js';
import { hubEnv } from './hub.js';
import { judgeImport } from './oracle.js';
import { type HubProcess, startHubProcess } from './processes.js';
import { startGongSandbox } from './sandbox.js';
import { connectedCustomer, startImport } from './trip.js';
import { until } from './until.js';

export interface RollingRestart {
  /** In each, every worker and the API are ended in good order and replaced, one after the other. */
  readonly rounds: number;
  readonly subscribers: number;
  readonly calls: number;
  /** Of each answer of the platform while processes are restarted, so that there is something to interrupt. */
  readonly latencyMs: number;
}

const workers = 3;
/** As many sockets as one key may hold, less some that the hub has not yet missed. */
const socketsPerKey = 8;

/** What one client has been told, over all its sockets. */
interface Watcher {
  readonly client: Client;
  readonly done: Promise<unknown>;
  last: { readonly status?: string; readonly stored?: number; readonly sequence: number };
  steppedBack: number;
}

/** A deployment in the middle of an import that people watch. Prints what it did, and expects that nobody noticed. */
export async function rollingRestart({ rounds, subscribers, calls, latencyMs }: RollingRestart): Promise<void> {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const database = await freshDatabase();
  const sandbox = await startGongSandbox({ calls, faults: { latencyMs } });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...hubEnv(database.url, adminKey), ...sandbox.env };
  const start = (role: 'api' | 'worker'): Promise<HubProcess> =>
    startHubProcess({ ...env, PATCHBAY_ROLE: role, ...(role === 'api' && { PORT: String(port) }) });
  let api = await start('api');
  const crew = await Promise.all(Array.from({ length: workers }, () => start('worker')));
  const hub = { ask: (query: string, variables: object = {}) => ask(url, adminKey, query, variables) };
  const watchers: Watcher[] = [];
  let whileRunning = 0;
  const isRunning = async (importId: string): Promise<boolean> => {
    const rows = await database.query('select 1 from runs where owner_id = $1 and finished_at is null', [importId]);
    return rows.length > 0;
  };

  try {
    const { connectionId } = await connectedCustomer(hub, sandbox);
    const importId = await startImport(hub, sandbox, connectionId);
    const keys: string[] = [];
    for (let n = 0; n < subscribers; n += socketsPerKey) keys.push(await newKey(hub, n));
    for (let n = 0; n < subscribers; n += 1)
      watchers.push(watch(url, keys[Math.floor(n / socketsPerKey)] ?? '', importId));
    await until('everybody watches', () => watchers.every(({ last }) => last.sequence >= 0), 120_000);

    for (let round = 0; round < rounds; round += 1) {
      for (let n = 0; n < workers; n += 1) {
        whileRunning += (await isRunning(importId)) ? 1 : 0;
        await end(crew[n] as HubProcess);
        crew[n] = await start('worker');
      }
      whileRunning += (await isRunning(importId)) ? 1 : 0;
      await end(api);
      api = await start('api');
    }
    sandbox.setFaults({ latencyMs: 0 });
    await Promise.all(watchers.map(({ done }) => done));

    const verdict = await judgeImport(database, sandbox, importId);
    const blind = watchers.filter(({ last }) => last.status !== 'COMPLETED' || last.stored !== calls).length;
    const back = watchers.reduce((sum, { steppedBack }) => sum + steppedBack, 0);
    console.info(
      `${rounds} rolling restarts of ${workers} workers and the API (${whileRunning} of ${rounds * (workers + 1)} processes ended while the import ran), ` +
        `${calls} calls, ${subscribers} watchers: ${verdict.lost.length} lost, ${verdict.doubled.length} doubled, ${verdict.epochs} claims, ` +
        `${blind} did not see the end, ${back} steps back`,
    );
    expect(whileRunning).toBeGreaterThan(0);
    expect([blind, back]).toEqual([0, 0]);
  } finally {
    for (const { client } of watchers) void client.terminate();
    await Promise.all([api, ...crew].map(end));
    await sandbox.close();
    await database.drop();
  }
}

async function end({ child, kill, ended }: HubProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) kill('SIGTERM');
  await ended;
}

async function newKey(hub: { ask(query: string): Promise<any> }, n: number): Promise<string> {
  const document = `mutation { createApiKey(input: { label: "watchers from ${n}", role: CS }) { secret } }`;
  return (await hub.ask(document)).createApiKey.secret;
}

/** A client that comes back by itself for as long as it takes, as people's do. */
function watch(url: string, key: string, importId: string): Watcher {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: 1_000,
    retryWait: () => new Promise(resolve => setTimeout(resolve, 200 + Math.random() * 800)),
    shouldRetry: () => true,
  });
  const watcher: { -readonly [K in keyof Watcher]: Watcher[K] } = {
    ...{ client, last: { sequence: -1 }, steppedBack: 0, done: Promise.resolve() },
  };
  const query = 'subscription ($id: ID!) { importProgress(importId: $id) { status stored sequence } }';
  watcher.done = new Promise<void>((resolve, reject) => {
    client.subscribe<{ importProgress: { status: string; stored: number; sequence: number } }>(
      { query, variables: { id: importId } },
      {
        next({ data, errors }) {
          if (data == null) return reject(new Error(JSON.stringify(errors)));
          const { importProgress: told } = data;
          if (told.sequence < watcher.last.sequence) watcher.steppedBack += 1;
          watcher.last = told;
        },
        error: error => reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
        complete: resolve,
      },
    );
  });
  // Reported when it is waited for.
  watcher.done.catch(() => undefined);
  return watcher;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
