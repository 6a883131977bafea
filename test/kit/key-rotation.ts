import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import type { House } from '../../src/scope.js';
import { ask, subscribe } from './client.js';
import { keysCommand, patchbay } from './command-line.js';
import { type FreshDatabase, readyDatabase } from './database.js';
import { hubEnv } from './hub.js';
import { judgeImport } from './oracle.js';
import { type GongSandbox, startGongSandbox } from './sandbox.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from './trip.js';

/** A hub that is started again and again, with other keys. */
export interface KeyedHub {
  readonly database: FreshDatabase;
  readonly sandbox: GongSandbox;
  /** With the named keys, the newest first; whatever ran before is closed first. */
  restart(...names: readonly string[]): Promise<void>;
  /** Environment of the hub as it runs now. */
  env(): Readonly<Record<string, string>>;
  house(): House;
  /** Every request to a platform waits for this first. */
  gate: () => Promise<void>;
  readonly ask: (document: string, variables?: object) => ReturnType<typeof ask>;
  readonly subscribe: (document: string, variables?: Record<string, unknown>) => ReturnType<typeof subscribe>;
  /** The bytes of a named key. */
  keyOf(name: string): Buffer;
  readonly adminKey: string;
  /** How many of all values are under which version of the data keys. */
  versions(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export async function openKeyedHub(calls: number): Promise<KeyedHub> {
  const [database, sandbox] = [await readyDatabase(), await startGongSandbox({ calls })];
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const keys = new Map<string, string>();
  let env: Record<string, string> = { ...hubEnv(database.url, adminKey), ...sandbox.env };
  let hub: Hub | undefined;
  let house: House | undefined;
  const url = () => hub?.url as string;
  const keyed: KeyedHub = {
    ...{ database, sandbox, adminKey },
    keyOf: name => Buffer.from(keys.get(name) ?? '', 'base64'),
    gate: () => Promise.resolve(),
    async restart(...names) {
      await hub?.close();
      for (const name of names) if (!keys.has(name)) keys.set(name, randomBytes(32).toString('base64'));
      env = { ...env, PATCHBAY_ENCRYPTION_KEYS: names.map(name => `${name}:${keys.get(name)}`).join() };
      hub = undefined;
      hub = await openHub(readConfig(env), {
        log: openLog('silent'),
        wrap: bare => {
          const egress: House['egress'] = {
            async request(request) {
              await keyed.gate();
              return bare.egress.request(request);
            },
          };
          house = { ...bare, egress };
          return house;
        },
      });
    },
    env: () => env,
    house: () => house as House,
    ask: (document, variables = {}) => ask(url(), adminKey, document, variables),
    subscribe: (document, variables = {}) => subscribe(url(), adminKey, document, variables),
    async versions() {
      const head = (table: string, column: string) =>
        `select '${table} v' || (get_byte(${column}, 1) * 256 + get_byte(${column}, 2)) as under from ${table} where length(${column}) > 3`;
      const all = [head('calls', 'document'), head('transcripts', 'document'), head('credentials', 'sealed')];
      const rows = await database.query<{ under: string; n: number }>(
        `select under, count(*)::integer as n from (${all.join(' union all ')}) v group by 1 order by 1`,
      );
      return Object.fromEntries(rows.map(({ under, n }) => [under, n]));
    },
    async close() {
      await hub?.close();
      await sandbox.close();
      await database.drop();
    },
  };
  return keyed;
}

/** Every transcript is shown, or that there never was one. */
export async function expectAllReadable(hub: KeyedHub, customerId: string, calls: number): Promise<void> {
  const document = `query ($id: ID!, $after: String) { calls(customerId: $id, first: 100, after: $after) {
    nodes { transcript { lines { text } } } pageInfo { endCursor hasNextPage } } }`;
  let [seen, shown, after] = [0, 0, null as string | null];
  do {
    const { calls: page } = await hub.ask(document, { id: customerId, after });
    seen += page.nodes.length;
    shown += page.nodes.filter(({ transcript }: any) => transcript?.lines.length > 0).length;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  const [{ n } = { n: 0 }] = await hub.database.query<{ n: number }>(
    'select count(*)::integer as n from transcripts where customer_id = $1',
    [customerId],
  );
  expect([seen, shown]).toEqual([calls, n]);
}

/** Renews all data keys while an import runs and credentials are renewed, and judges what became of everything. */
export async function rotateDuringImport({ calls, renewals }: RotateDuringImport): Promise<void> {
  const hub = await openKeyedHub(calls);
  try {
    await hub.restart('first');
    const { customerId, connectionId } = await connectedCustomer(hub, hub.sandbox);
    await hub.restart('second', 'first');
    // Some requests before there are new data keys, the rest while everything is sealed anew.
    const [begun, renewed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    hub.gate = () => {
      if (hub.sandbox.ledger().length < calls / 100) return Promise.resolve();
      begun.resolve();
      return renewed.promise;
    };
    const importId = await startImport(hub, hub.sandbox, connectionId);
    const watching = watchToEnd(hub, importId);
    await begun.promise;
    const rotating = patchbay(hub.env(), ['keys', 'rotate', '--reseal', '--no-wait'], text => {
      if (text.includes('have a new data key')) renewed.resolve();
    });
    void rotating.finally(() => renewed.resolve());
    await renewed.promise;
    for (let round = 0; round < renewals; round += 1) await connectGong(hub, hub.sandbox, customerId);
    const during = await rotating;
    const seen = await watching;
    const after = await keysCommand(hub.env(), 'rotate', '--no-wait');

    expect([during.code, after.code], `${during.text}\n${after.text}`).toEqual([0, 0]);
    expect(seen.filter(({ problem }) => problem !== null)).toEqual([]);
    await judgeImport(hub.database, hub.sandbox, importId);
    const [{ between } = { between: false }] = await hub.database.query<{ between: boolean }>(
      `select k.created_at between r.started_at and r.finished_at as between from data_keys k, runs r where k.version = 2`,
    );
    expect(between).toBe(true);
    const versions = await hub.versions();
    expect(Object.keys(versions)).toEqual(['calls v2', 'credentials v2', 'transcripts v2']);
    expect(versions['calls v2']).toBe(calls);
    await expectAllReadable(hub, customerId, calls);
    expect((await connectGong(hub, hub.sandbox, customerId)).health.credential).toBe('VALID');
    const retired = await keysCommand(hub.env(), 'retire', 'first');
    expect(retired.code, retired.text).toBe(0);
    await hub.restart('second');
    await expectAllReadable(hub, customerId, calls);
  } finally {
    await hub.close();
  }
}
interface RotateDuringImport {
  readonly calls: number;
  /** Renewals of the credential meanwhile. */
  readonly renewals: number;
}

/** Kills the command somewhere in its work, again and again, and lets it end at last. */
export async function killRotations({ calls, kills }: { calls: number; kills: number }): Promise<void> {
  const hub = await openKeyedHub(calls);
  try {
    await hub.restart('first');
    const { customerId, connectionId } = await connectedCustomer(hub, hub.sandbox);
    await watchToEnd(hub, await startImport(hub, hub.sandbox, connectionId));
    await hub.restart('second', 'first');

    let broken = 0;
    for (let round = 0; round < kills; round += 1) {
      // A renewal of its own each time, cut at another line of what it tells.
      const told = await patchbay(hub.env(), ['keys', 'rotate', '--reseal', '--no-wait'], (text, child) => {
        if (text.split('\n').length > 2 + (round % 7)) child.kill('SIGKILL');
      });
      if (told.code === null) broken += 1;
      await expectAllReadable(hub, customerId, calls);
    }
    const last = await keysCommand(hub.env(), 'rotate', '--reseal', '--no-wait');

    expect(broken).toBeGreaterThan(0);
    expect(last.code, last.text).toBe(0);
    const newest = await hub.database.query<{ version: number }>('select max(version) as version from data_keys');
    const under = `v${newest[0]?.version}`;
    expect(await hub.versions()).toMatchObject({ [`calls ${under}`]: calls, [`credentials ${under}`]: 1 });
    expect(Object.keys(await hub.versions()).filter(key => !key.endsWith(` ${under}`))).toEqual([]);
    await expectAllReadable(hub, customerId, calls);
  } finally {
    await hub.close();
  }
}
