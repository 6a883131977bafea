import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { type FaultProxy, openFaultProxy } from '../kit/fault-proxy.js';
import { type FreshDatabase, readyDatabase } from '../kit/database.js';
import { hubEnv } from '../kit/hub.js';

const log = openLog('silent');
let database: FreshDatabase;
let line: FaultProxy;
let worker: Hub;

beforeAll(async () => {
  database = await readyDatabase();
  line = await openFaultProxy(database.url);
  const { PORT: _, ...env } = hubEnv(line.via(database.url), 'k'.repeat(24));
  worker = await openHub(readConfig({ ...env, PATCHBAY_ROLE: 'worker' }), { log });
});
afterAll(async () => {
  await worker.close();
  await line.close();
  await database.drop();
});

test('a worker tells whether it lives and is ready, on a port of its own, and nothing else', async () => {
  expect(worker.url).toBeUndefined();
  expect(Number(new URL(worker.healthUrl).port)).toBeGreaterThan(0);

  expect(await answer('/healthz')).toEqual([200, 'ok\n']);
  expect(await answer('/readyz')).toEqual([200, 'ready\n']);
  for (const path of ['/', '/graphql']) expect((await answer(path))[0], path).toBe(404);
  expect((await answer('/metrics'))[0]).toBe(401);
  const posted = await fetch(`${worker.healthUrl}/graphql`, { method: 'POST', body: '{"query":"{viewer{name}}"}' });
  expect(posted.status).toBe(404);
});

test('a worker lives on without its database, but is not ready', async () => {
  line.cut();
  expect((await answer('/healthz'))[0]).toBe(200);
  expect((await answer('/readyz'))[0]).toBe(503);

  line.mend();
  await expect.poll(async () => (await answer('/readyz'))[0]).toBe(200);
});

test('a worker whose port is taken is one sentence with the way out', async () => {
  const { port: PORT } = new URL(worker.healthUrl);
  const env = { ...hubEnv(database.url, 'k'.repeat(24)), PATCHBAY_ROLE: 'worker', PORT };

  await expect(openHub(readConfig(env), { log })).rejects.toMatchObject({
    name: 'StartupProblem',
    message: expect.stringMatching(`^Port ${PORT} is taken`),
  });
});

async function answer(path: string): Promise<[number, string]> {
  const response = await fetch(`${worker.healthUrl}${path}`);
  return [response.status, await response.text()];
}
