import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultProxy, openFaultProxy } from '../kit/fault-proxy.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type MongoDouble, startMongoDouble } from '../kit/mongo-double.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let sandbox: GongSandbox;
let double: MongoDouble;
let line: FaultProxy;
let hub: TestHub;
let connectionId: string;

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 120 });
  double = await startMongoDouble();
  line = await openFaultProxy(double.url);
  hub = await testHub({ ...sandbox.env, JOBS_URL: line.via(double.url) });
});
beforeEach(async () => {
  double.commands.length = 0;
  ({ connectionId } = await connectedCustomer(hub, sandbox));
});
afterAll(async () => {
  await hub.close();
  await line.close();
  await double.close();
  await sandbox.close();
});

const completed = { status: 'COMPLETED', stored: 120, transcripts: 120 };
const inserts = () =>
  double.commands.filter(({ name, collection }) => name === 'insert' && collection === 'agenda_jobs');

test('with its jobs on a double of MongoDB, a hub imports 120 calls and gives away nothing but the id of the run', async () => {
  const importId = await startImport(hub, sandbox, connectionId);
  const seen = await watchToEnd(hub, importId);

  expect(seen.at(-1)).toMatchObject(completed);
  const [run] = await hub.database.query<{ id: string }>('select id from runs where owner_id = $1', [importId]);
  expect(inserts().map(({ body }) => body.documents[0].data)).toEqual([{ runId: run?.id }]);
  expect(JSON.stringify(double.commands)).not.toMatch(/transcript|@example|Acme/i);
  const [row] = await hub.database.query<{ jobs: string }>('select count(*) as jobs from jobs.agenda_jobs');
  expect(row?.jobs).toBe('0');
});

test('the sweep finishes an import whose job was lost', async () => {
  double.onDone = name => {
    if (name !== 'insert') return;
    double.lose();
    double.onDone = undefined;
  };

  const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));

  expect(seen.at(-1)).toMatchObject(completed);
  expect(inserts().length).toBeGreaterThanOrEqual(2);
});

test('without its MongoDB the hub answers, takes imports, and does them when it is back', async () => {
  line.cut();
  const startedAt = performance.now();
  const importId = await startImport(hub, sandbox, connectionId);
  const tookMs = performance.now() - startedAt;

  const { import: before } = await hub.ask('query ($id: ID!) { import(id: $id) { status } }', { id: importId });
  expect(before).toEqual({ status: 'QUEUED' });
  await until('the hub says that MongoDB is away', () => hub.logged().includes('MongoDB is away'));
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);

  line.mend();
  const seen = await watchToEnd(hub, importId);

  console.info(`An import was taken in ${tookMs.toFixed(0)} ms while MongoDB was away.`);
  expect(tookMs).toBeLessThan(4_000);
  expect(seen.at(-1)).toMatchObject(completed);
});
