import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ask, subscribe } from '../kit/client.js';
import { freshDatabase } from '../kit/database.js';
import { hubEnv } from '../kit/hub.js';
import { judgeImport } from '../kit/oracle.js';
import { type HubProcess, startHubProcess } from '../kit/processes.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

/** Around every await of a run: `<point>:<n>` dies the n-th time it is reached. */
const points = [
  'before claim',
  'after claim',
  'claim committed',
  'before plan',
  'plan committed',
  'before leave:6',
  'leave granted:6',
  'before listing request:2',
  'after listing reply:2',
  'before transcripts request:2',
  'after transcripts reply:2',
  'before fence:2',
  'after fence:3',
  'before copy:2',
  'after copy:2',
  'after upsert:2',
  'after checkpoint:2',
  'after counters:2',
  'page committed:2',
  'before announcement:4',
  'before release',
  'release committed',
];
const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
/** A busy machine is slow; what is aimed at is measured by `npm run soak`. */
const resumeWithinMs = 45_000;

describe.concurrent('a hub that is killed', () => {
  test.each(points)(
    '%s: the next one goes on, loses nothing and doubles nothing',
    { timeout: 120_000 },
    async point => {
      const house = await openHouse({ calls: 300 });
      try {
        const first = await house.start({ PATCHBAY_ROLE: 'all' }, point);
        const { connectionId } = await connectedCustomer(clientOf(first), house.sandbox);
        const importId = await startImport(clientOf(first), house.sandbox, connectionId);
        await first.ended;
        const died = performance.now();

        const next = await house.start({ PATCHBAY_ROLE: 'all' });
        const asked = house.sandbox.ledger().length;
        const seen = await watchToEnd(clientOf(next), importId);

        expect(first.child.signalCode).toBe('SIGKILL');
        expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 300 });
        const { slices } = await judgeImport(house.database, house.sandbox, importId);
        const judgement = house.sandbox.judge(slices);
        expect(judgement.repeatedPages).toBeLessThanOrEqual(slices);
        const resumed = house.sandbox.ledger()[asked];
        if (resumed !== undefined) expect(resumed.at - died).toBeLessThan(resumeWithinMs);
      } finally {
        await house.close();
      }
    },
  );

  test('at ten random moments while it runs: every call is there once', { timeout: 300_000 }, async () => {
    const kills = 10;
    const house = await openHouse({ calls: 3_000 });
    try {
      const api = await house.start({ PATCHBAY_ROLE: 'api' });
      let worker = await house.start({ PATCHBAY_ROLE: 'worker' });
      const { connectionId } = await connectedCustomer(clientOf(api), house.sandbox);
      const importId = await startImport(clientOf(api), house.sandbox, connectionId);
      const end = watchToEnd(clientOf(api), importId);
      const resumedMs: number[] = [];
      let died: number | undefined;

      for (let kill = 0; kill < kills; kill++) {
        const requests = 1 + Math.floor(Math.random() * 6);
        const first = await house.requestsAfter(1);
        if (died !== undefined) resumedMs.push(first - died);
        if (requests > 1) await house.requestsAfter(requests - 1);
        await new Promise(resolve => setTimeout(resolve, Math.random() * 300));
        worker.kill();
        await worker.ended;
        died = performance.now();
        worker = await house.start({ PATCHBAY_ROLE: 'worker' });
      }
      const seen = await end;

      expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 3_000 });
      const { slices, epochs } = await judgeImport(house.database, house.sandbox, importId);
      const { repeatedPages, tooMany, requests } = house.sandbox.judge(slices);
      console.info(
        `${kills} kills at random: 0 lost, 0 doubled, ${repeatedPages} pages asked twice, ${epochs} leases, ${requests} requests, ` +
          `${tooMany} × 429, resumed after ${resumedMs.map(ms => (ms / 1_000).toFixed(1)).join(', ')} s`,
      );
      expect(repeatedPages).toBeLessThanOrEqual(kills * 4);
      for (const ms of resumedMs) expect(ms).toBeLessThan(resumeWithinMs);
      expect(seen.every((one, i) => i === 0 || one.sequence > seen[i - 1].sequence)).toBe(true);
    } finally {
      await house.close();
    }
  });
});

/** A database, a sandbox with the platform's own limits, and hub processes that come and go. */
async function openHouse(options: { readonly calls: number }) {
  let wake: (() => void) | undefined;
  const sandbox: GongSandbox = await startGongSandbox({ ...options, limits: 'published', onExchange: () => wake?.() });
  const database = await freshDatabase();
  const env = { ...hubEnv(database.url, adminKey), ...sandbox.env };
  const processes: HubProcess[] = [];
  return {
    sandbox,
    database,
    async start(more: Record<string, string>, crashAt?: string): Promise<HubProcess> {
      const process = await startHubProcess({ ...env, ...more }, crashAt);
      processes.push(process);
      return process;
    },
    /** When the n-th request from now on has arrived, on the clock of `performance.now()`. */
    async requestsAfter(n: number): Promise<number> {
      const wanted = sandbox.ledger().length + n;
      while (sandbox.ledger().length < wanted) await new Promise<void>(resolve => (wake = resolve));
      return performance.now();
    },
    async close(): Promise<void> {
      for (const { child } of processes) {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          await once(child, 'close');
        }
      }
      await sandbox.close();
      await database.drop();
    },
  };
}

function clientOf({ url }: HubProcess) {
  return {
    ask: (query: string, variables: object = {}) => ask(url, adminKey, query, variables),
    subscribe: (query: string, variables: Record<string, unknown> = {}) => subscribe(url, adminKey, query, variables),
  };
}
