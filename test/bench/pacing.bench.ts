import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, subscribe } from '../kit/client.js';
import { freshDatabase } from '../kit/database.js';
import { hubEnv } from '../kit/hub.js';
import { startHubProcess } from '../kit/processes.js';
import { startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

const calls = 5_000;

test(`keeps a limit of 3 requests a second busy over ${calls} calls with transcripts`, async () => {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const sandbox = await startGongSandbox({
    calls,
    from: '2025-07-01T00:00:00Z',
    to: '2026-01-01T00:00:00Z',
    limits: 'published',
  });
  const database = await freshDatabase();
  const process = await startHubProcess({ ...hubEnv(database.url, adminKey), ...sandbox.env });
  const hub = {
    ask: (query: string, variables: object = {}) => ask(process.url, adminKey, query, variables),
    subscribe: (query: string, variables: Record<string, unknown> = {}) =>
      subscribe(process.url, adminKey, query, variables),
  };
  const { connectionId } = await connectedCustomer(hub, sandbox);
  sandbox.resetLedger();
  const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));
  const [slices] = await database.query<{ n: number }>('select count(*)::int as n from run_slices');
  const judgement = sandbox.judge(slices?.n);
  process.kill('SIGTERM');
  await process.ended;
  await sandbox.close();
  await database.drop();

  console.info(
    `efficiency ${judgement.efficiency?.toFixed(4)} (goal 0.97), ${judgement.tooMany} × 429, ${judgement.requests} requests ` +
      `(at most ${judgement.requestsAtMost}), ${slices?.n} windows, ${judgement.spanSeconds.toFixed(1)} s`,
  );
  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: calls });
  expect(judgement.efficiency).toBeGreaterThanOrEqual(0.97);
  expect(judgement.tooMany).toBe(0);
  expect(judgement.requests).toBeLessThanOrEqual(judgement.requestsAtMost);
});
