import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Client, createClient } from 'graphql-ws';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { ask } from './client.js';
import { type FreshDatabase, readyDatabase } from './database.js';
import { startGongAccounts } from './gong-accounts.js';
import { hubEnv } from './hub.js';
import { judgeImport } from './oracle.js';
import { type HubProcess, startHubProcess } from './processes.js';
import { createSync, type SeenSync, steerSync } from './syncs.js';
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

const keptUpWith = 60;
const hourMs = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

/**
 * A deployment in the middle of an import that people watch, while a sync keeps up with another account and everything is watched for trouble.
 * Prints what it did, and expects that nobody noticed.
 */
export async function rollingRestart({ rounds, subscribers, calls, latencyMs }: RollingRestart): Promise<void> {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const database = await readyDatabase();
  const accounts = await startGongAccounts();
  const sandbox = await accounts.open({ calls, faults: { latencyMs } });
  const kept = await accounts.open({ calls: keptUpWith, from: ago(3), to: ago(0.5), late: [4, 5] });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...hubEnv(database.url, adminKey), ...accounts.env };
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
    const { connectionId: keptId } = await connectedCustomer(hub, kept);
    const sync = await createSync(hub, { connectionId: keptId, schedule: { cadence: 'EVERY_MINUTE' } });
    const keys: string[] = [];
    for (let n = 0; n < subscribers; n += socketsPerKey) keys.push(await newKey(hub, n));
    for (let n = 0; n < subscribers; n += 1)
      watchers.push(watch(url, keys[Math.floor(n / socketsPerKey)] ?? '', importId));
    await until('everybody watches', () => watchers.every(({ last }) => last.sequence >= 0), 120_000);

    for (let round = 0; round < rounds; round += 1) {
      if (round === Math.floor(rounds / 2)) kept.reveal();
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
    const turns = await judgeSync(hub, database, { id: sync.id, connectionId: keptId, truth: kept.truth() });
    // The watch opens one of its own as a drill, to see that it works.
    const alerts = await database.query(
      "select kind, problem from alerts where state <> 'PENDING' and kind <> 'DRILL'",
    );
    const blind = watchers.filter(({ last }) => last.status !== 'COMPLETED' || last.stored !== calls).length;
    const back = watchers.reduce((sum, { steppedBack }) => sum + steppedBack, 0);
    console.info(
      `${rounds} rolling restarts of ${workers} workers and the API (${whileRunning} of ${rounds * (workers + 1)} processes ended while the import ran), ` +
        `${calls} calls, ${subscribers} watchers: ${verdict.lost.length} lost, ${verdict.doubled.length} doubled, ${verdict.epochs} claims, ` +
        `${blind} did not see the end, ${back} steps back; a sync of ${turns} turns holds all ${keptUpWith} calls once; ${alerts.length} alerts`,
    );
    expect(alerts).toEqual([]);
    expect(whileRunning).toBeGreaterThan(0);
    expect([blind, back]).toEqual([0, 0]);
  } finally {
    for (const { client } of watchers) void client.terminate();
    await Promise.all([api, ...crew].map(end));
    await accounts.close();
    await database.drop();
  }
}

/** All that the platform holds is here once, each turn had one run, and none met with a setback. @returns how many turns. */
async function judgeSync(
  hub: { ask(query: string, variables?: object): Promise<any> },
  database: FreshDatabase,
  {
    id,
    connectionId,
    truth,
  }: { readonly id: string; readonly connectionId: string; readonly truth: readonly string[] },
): Promise<number> {
  await until('a turn after the last restart', () => steerSync(hub, 'runSyncNow', id).catch(() => false), 90_000);
  await until(
    'the turn is over',
    async () =>
      (await database.query('select 1 from runs where sync_id is not null and finished_at is null')).length === 0,
    90_000,
  );
  const held = await database.query<{ external_id: string }>('select external_id from calls where connection_id = $1', [
    connectionId,
  ]);
  expect(held.map(call => call.external_id).toSorted()).toEqual([...truth].toSorted());
  const slots = await database.query<SeenSync>(
    `select count(*)::integer as turns, count(distinct (s.kind, s.slot_at))::integer as moments, count(distinct s.run_id)::integer as runs,
       count(*) filter (where r.status = 'COMPLETED')::integer as good, max(r.setbacks) as setbacks
     from sync_slots s join runs r on r.id = s.run_id`,
  );
  const [{ turns, ...seen } = { turns: 0 }] = slots;
  expect(seen).toEqual({ moments: turns, runs: turns, good: turns, setbacks: 0 });
  return turns;
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
