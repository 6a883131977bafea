import { randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { ask, subscribe } from '../kit/client.js';
import { freshDatabase } from '../kit/database.js';
import { hubEnv } from '../kit/hub.js';
import { startProcess } from '../kit/processes.js';
import { startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

const calls = 2_000;
const lines = 32;
const seconds = 4;
const rounds = 3;
const goal = 0.85;
const query = 'query ($id: ID!) { call(id: $id) { id title startedAt durationSeconds } }';

test('a call by its id, beside a bare Apollo over the same table', async () => {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const sandbox = await startGongSandbox({ calls });
  const database = await freshDatabase();
  const env = { ...hubEnv(database.url, adminKey), ...sandbox.env, LOG_LEVEL: 'warn' };
  const hub = await startProcess(new URL('roomy-hub.mjs', import.meta.url), env);
  const client = {
    ask: (document: string, variables: object = {}) => ask(hub.url, adminKey, document, variables),
    subscribe: (document: string, variables: Record<string, unknown> = {}) =>
      subscribe(hub.url, adminKey, document, variables),
  };
  const { connectionId, customerId } = await connectedCustomer(client, sandbox);
  await watchToEnd(client, await startImport(client, sandbox, connectionId));
  const ids = (await database.query<{ id: string }>('select id from calls')).map(({ id }) => id);
  const { createApiKey } = await client.ask(
    'mutation ($customerId: ID!) { createApiKey(input: { label: "bench", role: CUSTOMER, customerId: $customerId }) { secret } }',
    { customerId },
  );
  const bare = await startProcess(new URL('bare-apollo.mjs', import.meta.url), { DATABASE_URL: database.url });

  const figures: { hub: number[]; bare: number[] } = { hub: [], bare: [] };
  for (const [url, key] of [
    [hub.url, createApiKey.secret],
    [bare.url, ''],
  ] as const)
    await perSecond(url, key, ids, 2);
  for (let round = 0; round < rounds; round += 1) {
    figures.hub.push(await perSecond(hub.url, createApiKey.secret, ids, seconds));
    figures.bare.push(await perSecond(bare.url, '', ids, seconds));
  }
  for (const one of [hub, bare]) one.kill('SIGTERM');
  await Promise.all([hub.ended, bare.ended]);
  await sandbox.close();
  await database.drop();

  const ratio = median(figures.hub) / median(figures.bare);
  console.info(
    `hub ${figures.hub.map(Math.round).join(', ')}; bare Apollo ${figures.bare.map(Math.round).join(', ')} requests a second; ratio of the medians ${ratio.toFixed(3)} (goal ${goal})`,
  );
  expect(ratio).toBeGreaterThanOrEqual(goal);
});

/** Requests answered in a second, by as many lines that ask as fast as they are answered. */
async function perSecond(url: string, key: string, ids: readonly string[], forSeconds: number): Promise<number> {
  const pool = new Pool(url, { connections: lines, pipelining: 1 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const startedAt = performance.now();
  const end = startedAt + forSeconds * 1_000;
  let answered = 0;
  const line = async (): Promise<void> => {
    while (performance.now() < end) {
      const id = ids[answered % ids.length];
      const body = JSON.stringify({ query, variables: { id } });
      const reply = await pool.request({ path: '/graphql', method: 'POST', headers, body });
      const text = await reply.body.text();
      if (!text.includes(`"id":"${id}"`) && !text.includes('"title"')) throw new Error(text);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: lines }, line));
  const took = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return answered / took;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? 0;
}
