import { randomBytes } from 'node:crypto';
import type { SandboxOptions } from '../../src/sandbox/sandbox.js';
import { ask, subscribe } from './client.js';
import { type FreshDatabase, freshDatabase, readyDatabase } from './database.js';
import { type FaultProxy, openFaultProxy } from './fault-proxy.js';
import type { TestHub } from './hub.js';
import { hubEnv } from './hub.js';
import { type HubProcess, startHubProcess } from './processes.js';
import { type GongSandbox, startGongSandbox } from './sandbox.js';

export interface HouseOptions extends Partial<Omit<SandboxOptions, 'platform' | 'onExchange'>> {
  /** Address of a PostgreSQL server with nothing in it; else a database with every table, on that of the test run. */
  readonly server?: string;
}

/** A database, a sandbox Gong with its own limits, and hub processes that come and go. */
export interface House {
  readonly sandbox: GongSandbox;
  readonly database: FreshDatabase;
  /** The way of all hub processes to the database. */
  readonly line: FaultProxy;
  /** `name` tells the process's connections from others'. */
  start(env: Readonly<Record<string, string>>, options?: { crashAt?: string; name?: string }): Promise<HubProcess>;
  readonly adminKey: string;
  /** The API that a process serves. */
  clientOf(process: HubProcess): Pick<TestHub, 'ask' | 'subscribe'>;
  /** When the sandbox has had so many requests in all, on the clock of `performance.now()`. */
  requests(wanted: number): Promise<number>;
  close(): Promise<void>;
}

export async function openHouse({ server, ...options }: HouseOptions = {}): Promise<House> {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const wakes = new Set<() => void>();
  const sandbox = await startGongSandbox({
    limits: 'published',
    ...options,
    onExchange: () => {
      for (const wake of wakes) wake();
    },
  });
  const database = await (server === undefined ? readyDatabase() : freshDatabase(server));
  const line = await openFaultProxy(database.url);
  const processes: HubProcess[] = [];
  return {
    ...{ sandbox, database, line, adminKey },
    async start(env, { crashAt, name = 'hub' } = {}) {
      const url = new URL(line.via(database.url));
      url.searchParams.set('application_name', name);
      const process = await startHubProcess({ ...hubEnv(url.href, adminKey), ...sandbox.env, ...env }, crashAt);
      processes.push(process);
      return process;
    },
    clientOf: ({ url }) => ({
      ask: (query, variables = {}) => ask(url, adminKey, query, variables),
      subscribe: (query, variables = {}) => subscribe(url, adminKey, query, variables),
    }),
    async requests(wanted) {
      while (sandbox.ledger().length < wanted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wakes.add(resolve);
        await promise;
        wakes.delete(resolve);
      }
      return performance.now();
    },
    async close() {
      for (const process of processes) process.kill('SIGKILL');
      await Promise.all(processes.map(({ ended }) => ended));
      await line.close();
      await sandbox.close();
      await database.drop();
    },
  };
}
