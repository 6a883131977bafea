import { expect, test } from 'vitest';
import { type GongAccount, startGongAccounts } from '../kit/gong-accounts.js';
import { progressFields, connectedCustomer, startImport } from '../kit/trip.js';
import { watchFor } from '../kit/watch.js';
import { type HubProcesses, startHubProcesses } from './hub-processes.js';
import { median } from './usage.js';

const many = 50_000;
const few = 500;
const perSecond = 30;

interface Course {
  /** From its turn to its end, and to the first calls that could be seen. */
  readonly seconds: number;
  readonly firstSeconds: number;
}

/** Small imports alone, and beside a large one on the same two workers. */
interface Fairness {
  readonly alone: number;
  readonly beside: number;
  readonly first: number;
  readonly refused: number;
}

test(`two imports of ${few} calls are not held up by one of ${many} where each account's limit binds`, async () => {
  const { alone, beside, first, refused } = await measured(10);

  expect(beside / alone).toBeLessThanOrEqual(1.5);
  expect(first).toBeLessThanOrEqual(1);
  expect(refused).toBe(0);
});

// With full pages the limit would let 3,000 calls a second through: here the machine binds, which all of them share.
test('the same with full pages, where the machine binds', async () => {
  const { refused } = await measured(100);

  expect(refused).toBe(0);
});

async function measured(recordsPerPage: number): Promise<Fairness> {
  const accounts = await startGongAccounts();
  const open = (calls: number) =>
    accounts.open({
      ...{ calls, recordsPerPage, limits: [{ requests: perSecond, seconds: 1 }] },
      ...{ from: '2025-07-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    });
  const large = await open(many);
  const small = [await open(few), await open(few)] as const;
  const hub = await startHubProcesses(2, { ...accounts.env, PLATFORM_GONG_LIMITS: `${perSecond}/1s` });

  for (const account of small) await course(hub, account);
  const solo: Course[] = [];
  for (const account of [...small, ...small]) solo.push(await course(hub, account));

  const big = await begin(hub, large);
  await watchFor(hub, big, ({ stored }) => stored >= 1_000);
  const both: Course[] = [];
  for (let round = 0; round < 3; round++) both.push(...(await Promise.all(small.map(account => course(hub, account)))));
  const meanwhile = await watchFor(hub, big, ({ finished, stored }) => finished || stored > 0);
  await hub.ask('mutation ($id: ID!) { cancelImport(id: $id) { id } }', { id: big });
  await watchFor(hub, big, ({ finished }) => finished);
  const refused = [large, ...small].flatMap(account => account.ledger().filter(({ status }) => status === 429)).length;
  await hub.end();
  await accounts.close();

  const [alone, beside] = [median(solo.map(one => one.seconds)), median(both.map(one => one.seconds))];
  const first = Math.max(...both.map(one => one.firstSeconds));
  console.info(
    `pages of ${recordsPerPage}: ${few} calls alone ${alone.toFixed(2)} s, beside ${many} calls ${beside.toFixed(2)} s: ` +
      `${(beside / alone).toFixed(2)} (goal 1.5 where the limit binds); first calls after ${first.toFixed(2)} s at the latest (goal 1), ` +
      `alone ${median(solo.map(one => one.firstSeconds)).toFixed(2)} s; the large one stood at ${meanwhile.stored} then; ${refused} × 429`,
  );
  // The large one was under way all the time.
  expect(meanwhile).toMatchObject({ finished: false });
  return { alone, beside, first, refused };
}

async function begin(hub: HubProcesses, account: GongAccount): Promise<string> {
  const { connectionId } = await connectedCustomer(hub, account);
  return startImport(hub, account, connectionId);
}

/** An import by a customer of its own, as its subscriber sees it. */
async function course(hub: HubProcesses, account: GongAccount): Promise<Course> {
  const importId = await begin(hub, account);
  const document = `subscription ($id: ID!) { importProgress(importId: $id) { ${progressFields} } }`;
  const begun = performance.now();
  let turn = begun;
  let first: number | undefined;
  for await (const { data } of hub.subscribe(document, { id: importId })) {
    const { status, stored } = data.importProgress;
    if (status === 'QUEUED') turn = performance.now();
    if (stored > 0) first ??= performance.now();
  }
  return { seconds: (performance.now() - turn) / 1_000, firstSeconds: ((first ?? Number.NaN) - turn) / 1_000 };
}
