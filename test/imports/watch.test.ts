import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { type Progress, watchForStatus } from '../kit/watch.js';

let accounts: GongAccounts;
let hub: TestHub;

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
});
afterAll(async () => {
  await hub.close();
  await accounts.close();
});

const document =
  'subscription ($id: ID!) { importProgress(importId: $id) { importId status finished sequence stored } }';

/** What a watcher saw and when, up to the end that the hub makes. */
async function watch(importId: string): Promise<{ seen: Progress[]; at: number[] }> {
  const [seen, at]: [Progress[], number[]] = [[], []];
  for await (const { data, errors } of hub.subscribe(document, { id: importId })) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    seen.push(data.importProgress);
    at.push(performance.now());
  }
  return { seen, at };
}
async function begun(calls: number) {
  const account = await accounts.open({ calls });
  const { connectionId } = await connectedCustomer(hub, account);
  return { account, importId: await startImport(hub, account, connectionId) };
}

describe.concurrent('watching an import', () => {
  test('tells the present state first, then newer ones only, not more than four a second, and its end', async () => {
    const { importId } = await begun(400);
    const { seen, at } = await watch(importId);
    expect(seen[0]).toMatchObject({ importId, finished: false });
    const sequences = seen.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    expect(seen.filter(({ finished }) => finished)).toEqual([seen.at(-1)]);
    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 400 });
    expect(seen.some(({ stored }) => stored > 0 && stored < 400)).toBe(true);
    // Beside the four: the present state, and the end, which does not wait.
    const busiest = Math.max(...at.map(start => at.filter(time => time >= start && time < start + 1_000).length));
    expect(busiest).toBeLessThanOrEqual(6);
  });

  test('that has ended already tells its end and completes', async () => {
    const { importId } = await begun(0);
    await watch(importId);
    const { seen } = await watch(importId);
    expect(seen).toEqual([expect.objectContaining({ status: 'COMPLETED', finished: true })]);
  });

  test('from the middle on tells what is there first, and the same end', async () => {
    const { importId } = await begun(300);
    const early = watch(importId);
    for await (const { data } of hub.subscribe(document, { id: importId })) if (data.importProgress.stored > 0) break;
    const late = await watch(importId);
    expect(late.seen[0].stored).toBeGreaterThan(0);
    expect(late.seen.at(-1)).toEqual((await early).seen.at(-1));
  });

  test('tells the end also when the worker died before it could say so', async () => {
    const { account, importId } = await begun(5);
    account.onRequest = () => new Promise(() => undefined);
    const watched = watch(importId);
    await watchForStatus(hub, importId, 'RUNNING');
    // What such a worker leaves behind: everything committed, nothing said.
    await hub.database.query(
      `update runs set status = 'COMPLETED', epoch = epoch + 1, finished_at = now(), sequence = sequence + 1 where owner_id = $1`,
      [importId],
    );
    expect((await watched).seen.at(-1)).toMatchObject({ status: 'COMPLETED', finished: true });
  });

  test('that is cancelled while its worker is dead tells so', async () => {
    const { account, importId } = await begun(5);
    account.onRequest = () => new Promise(() => undefined);
    const watched = watchToEnd(hub, importId);
    await watchForStatus(hub, importId, 'RUNNING');
    // Another epoch: the living worker cannot renew the lease, just as a dead one.
    await hub.database.query(
      `update runs set epoch = epoch + 1, wanted = 'cancel', lease_until = now() where owner_id = $1`,
      [importId],
    );
    expect((await watched).at(-1)).toMatchObject({ status: 'CANCELLED', finished: true });
  });

  test.each([
    ['unknown', randomUUID()],
    ['no id at all', 'import'],
  ])('that is %s is refused as not found', async (_, id) => {
    const extensions = { code: 'NOT_FOUND', remedy: expect.any(String) };
    await expect(watch(id)).rejects.toEqual([expect.objectContaining({ extensions })]);
  });
});
