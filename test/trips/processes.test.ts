import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, subscribe } from '../kit/client.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { gongSpec } from '../kit/gong-spec.js';
import { hubEnv } from '../kit/hub.js';
import { type HubProcess, startHubProcess } from '../kit/processes.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
const processes: HubProcess[] = [];
let database: FreshDatabase;
let env: Record<string, string>;
let sandbox: GongSandbox;
const problems: string[] = [];

/** The hub as separate processes: an API, and workers that come and go. */
const hub = {
  ask: (query: string, variables: object = {}) => ask(processes[0]?.url ?? '', adminKey, query, variables),
  subscribe: (query: string, variables: Record<string, unknown> = {}) =>
    subscribe(processes[0]?.url ?? '', adminKey, query, variables),
};

beforeAll(async () => {
  const spec = gongSpec();
  sandbox = await startGongSandbox({
    calls: 1_500,
    from: '2025-07-01T00:00:00Z',
    to: '2026-01-01T00:00:00Z',
    limits: 'published',
    onExchange: ({ request }) => void problems.push(...(spec?.requestProblems(request) ?? [])),
  });
  database = await freshDatabase();
  env = { ...hubEnv(database.url, adminKey), ...sandbox.env };
  processes.push(await startHubProcess({ ...env, PATCHBAY_ROLE: 'api' }));
});

afterAll(async () => {
  for (const one of processes) one.kill('SIGTERM');
  await Promise.all(processes.map(({ ended }) => ended));
  await sandbox.close();
  await database.drop();
});

test('an API and two workers as three processes import every call once, and never faster than the limit', {
  timeout: 120_000,
}, async () => {
  processes.push(await startHubProcess({ ...env, PATCHBAY_ROLE: 'worker' }));
  processes.push(await startHubProcess({ ...env, PATCHBAY_ROLE: 'worker' }));
  const { connectionId, customerId } = await connectedCustomer(hub, sandbox);
  sandbox.resetLedger();

  const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));

  const windows = Number((await database.query<{ n: string }>('select count(*) as n from run_slices'))[0]?.n);
  const judgement = sandbox.judge(windows);
  console.info(
    `1,500 calls at 3 requests a second: efficiency ${judgement.efficiency?.toFixed(4)}, ${judgement.tooMany} × 429, ` +
      `${judgement.requests} requests (at most ${judgement.requestsAtMost}), ${windows} windows, ${seen.length} snapshots`,
  );
  expect(seen.at(-1)).toMatchObject({
    status: 'COMPLETED',
    stored: 1_500,
    transcripts: 1_500,
    found: 1_500,
    percent: 100,
  });
  // A neighbour on the machine may push one request past its turn; what pace is reached is measured in the bench.
  expect(judgement.tooMany).toBeLessThanOrEqual(1);
  expect(judgement.requests).toBeLessThanOrEqual(judgement.requestsAtMost);
  expect(judgement.convictions).toEqual([]);
  expect(problems).toEqual([]);
  const stored = await database.query<{ external_id: string }>('select external_id from calls where customer_id = $1', [
    customerId,
  ]);
  expect(stored.map(row => row.external_id).toSorted()).toEqual([...sandbox.truth()].toSorted());
});
