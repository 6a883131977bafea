import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { createSync, readSync, type SeenSync, steerSync, whenTurned } from '../kit/syncs.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { heldIds } from '../kit/watch.js';

const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
const from = ago(4);

let sandbox: GongSandbox;
let hub: TestHub;
let customerId: string;
let id: string;

beforeEach(async () => {
  sandbox = await startGongSandbox({ calls: 30, from: ago(3), to: ago(0.5) });
  hub = await testHub(sandbox.env);
  const connected = await connectedCustomer(hub, sandbox);
  customerId = connected.customerId;
  ({ id } = await createSync(hub, {
    connectionId: connected.connectionId,
    schedule: { cadence: 'DAILY', at: '03:00' },
    historyFrom: ago(1.5),
  }));
  await whenTurned(hub, id, 1);
});
afterEach(async () => {
  await hub.close();
  await sandbox.close();
});

const rereading = 'mutation ($input: RereadSyncInput!) { rereadSync(input: $input) { id } }';
const weighing = 'query ($input: RereadSyncInput!) { rereadCost(input: $input) { calls requests seconds } }';
const reread = (input: object): Promise<unknown> => hub.ask(rereading, { input });
const refusal = async (document: string, input: object): Promise<unknown> =>
  (await hub.refused(document, { input })).extensions;
const theRereads = ({ turns }: SeenSync): SeenSync[] => turns.nodes.filter(({ kind }: SeenSync) => kind === 'REREAD');

test('a stretch is brought afresh for what it was said to cost, and nothing is doubled', async () => {
  const truth = [...sandbox.truth()].toSorted();
  const { freshAsOf, callsImported: first } = await readSync(hub, id);
  expect([first > 0, first < 30]).toEqual([true, true]);
  await hub.database.query("update calls set title = 'Not as the platform has it'");
  const { rereadCost } = await hub.ask(weighing, { input: { id, from } });
  sandbox.resetLedger();

  await reread({ id, from });
  const after = await whenTurned(hub, id, 2);

  expect(rereadCost).toMatchObject({ calls: first, requests: sandbox.ledger().length, seconds: 0 });
  expect(theRereads(after)).toMatchObject([
    { status: 'COMPLETED', from, stored: 30, added: 30 - first, skipped: false },
  ]);
  expect(await heldIds(hub, customerId)).toEqual(truth);
  expect(await hub.database.query("select 1 from calls where title like 'Not as%'")).toEqual([]);
  expect(after.callsImported).toBe(30);
  // What lies before the stretch was not looked at, so nothing is said of it.
  expect(after.freshAsOf).toBe(freshAsOf);
});

test('one stretch is brought at a time, and halts and ends with its sync', async () => {
  sandbox.setFaults({ error500: 1 });
  await reread({ id, from });
  expect(await refusal(rereading, { id, from })).toMatchObject({ code: 'CONFLICT', field: 'input.id' });

  await steerSync(hub, 'pauseSync', id);
  await until('the stretch stands still', async () => theRereads(await readSync(hub, id))[0].status === 'PAUSED');
  sandbox.setFaults({ error500: 0 });
  await steerSync(hub, 'resumeSync', id);
  expect(theRereads(await whenTurned(hub, id, 2))).toMatchObject([{ status: 'COMPLETED', stored: 30 }]);

  sandbox.setFaults({ error500: 1 });
  await reread({ id, from });
  await hub.ask('mutation ($id: ID!) { cancelReread(id: $id) { id } }', { id });
  await until('the stretch is given up', async () => theRereads(await readSync(hub, id))[0].status === 'CANCELLED');

  await reread({ id, from });
  await steerSync(hub, 'deleteSync', id);
  await until('no run is under way', async () => {
    const runs = await hub.database.query<{ status: string }>('select status from runs where finished_at is null');
    return runs.length === 0;
  });
});

test.each([
  [{ from: ago(1), to: ago(2) }, 'input.to'],
  [{ from: ago(2), to: ago(-2) }, 'input.to'],
  [{ from: ago(-1), to: ago(-1) }, 'input.to'],
])('a stretch of %o is refused before anything is weighed or begun', async (window, field) => {
  const input = { id, ...window };
  expect(await refusal(rereading, input)).toMatchObject({ code: 'INVALID_WINDOW', field });
  expect(await refusal(weighing, input)).toMatchObject({ code: 'INVALID_WINDOW', field });
  expect(theRereads(await readSync(hub, id))).toEqual([]);
});
