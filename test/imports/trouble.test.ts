import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { heldIds, makeDue, steer, watchFor, watchForStatus } from '../kit/watch.js';

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

async function connected(calls: number) {
  const account = await accounts.open({ calls });
  const ids = await connectedCustomer(hub, account);
  account.resetLedger();
  return { account, ...ids };
}

describe.concurrent('an import', () => {
  test('waits as long as the platform asks, without a failure, and goes on when it is due', async () => {
    const { account, connectionId, customerId } = await connected(150);
    account.setFaults({ next: ['none', 'none', 'none', { tooManyForSeconds: 120 }] });
    const askedAt = Date.now();
    const importId = await startImport(hub, account, connectionId);

    const waiting = await watchForStatus(hub, importId, 'WAITING');

    expect(waiting).toMatchObject({ finished: false, problem: null, waitReason: expect.stringContaining('Gong') });
    const awayMs = Date.parse(waiting.waitingUntil) - askedAt;
    expect(awayMs).toBeGreaterThan(115_000);
    expect(awayMs).toBeLessThan(150_000);
    expect(await hub.database.query('select setbacks from runs where owner_id = $1', [importId])).toEqual([
      { setbacks: 0 },
    ]);

    await makeDue(hub, importId);
    const [end] = (await watchToEnd(hub, importId)).slice(-1);
    expect(end).toMatchObject({ status: 'COMPLETED', stored: 150, waitReason: null, waitingUntil: null });
    expect(await heldIds(hub, customerId)).toEqual([...account.truth()].toSorted());
    // Both workers' requests were counted, those before the pause too.
    expect(end.requests).toBe(account.ledger().length);
  });

  test('that somebody resumes too early waits again, because the platform is not asked before its time', async () => {
    const { account, connectionId } = await connected(20);
    account.setFaults({ next: [{ tooManyForSeconds: 300 }] });
    const importId = await startImport(hub, account, connectionId);
    const first = await watchForStatus(hub, importId, 'WAITING');
    await steer(hub, 'resume', importId);
    const again = await watchFor(
      hub,
      importId,
      ({ status, sequence }) => status === 'WAITING' && sequence > first.sequence,
    );
    expect(Math.abs(Date.parse(again.waitingUntil) - Date.parse(first.waitingUntil))).toBeLessThan(60_000);
    expect(account.ledger()).toHaveLength(1);
    await steer(hub, 'cancel', importId);
  });

  test('of a platform that fails for ever waits longer each time and fails in the end', async () => {
    const { account, connectionId } = await connected(20);
    account.refuse = () => 500;
    const importId = await startImport(hub, account, connectionId);

    const waits: number[] = [];
    for (const setbacks of [0, 1, 7]) {
      await hub.database.query('update runs set setbacks = $2 where owner_id = $1', [importId, setbacks]);
      if (setbacks > 0) await makeDue(hub, importId);
      const { problem, waitReason, waitingUntil } = await watchFor(
        hub,
        importId,
        ({ status, waitingUntil: until }) => status === 'WAITING' && Date.parse(until) > Date.now() + 1_000,
      );
      expect(problem).toMatchObject({ code: 'PLATFORM_UNREACHABLE', remedy: expect.any(String) });
      expect(waitReason).toContain('Gong');
      waits.push(Date.parse(waitingUntil) - Date.now());
      await hub.database.query(`update runs set wake_at = now() + interval '1 hour' where owner_id = $1`, [importId]);
    }
    expect(waits[0]).toBeLessThan(5_500);
    expect(waits[1]).toBeGreaterThan(5_500);
    expect(waits[2]).toBeGreaterThan(3_600_000);

    await makeDue(hub, importId);
    const [end] = (await watchToEnd(hub, importId)).slice(-1);
    expect(end).toMatchObject({ status: 'FAILED', finished: true, problem: { code: 'PLATFORM_UNREACHABLE' } });
    expect(end.problem.remedy).toContain('Start a new import');
  });

  test('forgets its setbacks with the first page that arrives', async () => {
    const { account, connectionId } = await connected(20);
    account.refuse = () => 500;
    const importId = await startImport(hub, account, connectionId);
    await watchForStatus(hub, importId, 'WAITING');
    account.refuse = undefined;
    await makeDue(hub, importId);
    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 20, problem: null });
    expect(await hub.database.query('select setbacks from runs where owner_id = $1', [importId])).toEqual([
      { setbacks: 0 },
    ]);
  });

  test.each([
    ['a refusal that cannot get better', 400, undefined],
    ['a listing of another form', undefined, { records: { totalRecords: 5 }, calls: 'none' }],
  ])('that meets %s fails at once, with a remedy, and keeps what it has', async (_, status, body) => {
    const { account, connectionId, customerId } = await connected(150);
    const isLate = (path: string) =>
      path === '/v2/calls/extensive' && account.ledger().some(entry => entry.path === '/v2/calls/transcript');
    account.refuse = path => (isLate(path) ? status : undefined);
    account.tamper = (path, reply) => (isLate(path) && body !== undefined ? body : reply);
    const importId = await startImport(hub, account, connectionId);
    const [end] = (await watchToEnd(hub, importId)).slice(-1);
    expect(end).toMatchObject({ status: 'FAILED', problem: { code: 'PLATFORM_CHANGED', remedy: expect.any(String) } });
    expect(end.stored).toBeGreaterThan(0);
    expect(await heldIds(hub, customerId)).toHaveLength(end.stored);
  });

  test('whose count is of another form says that the platform has changed', async () => {
    const { account, connectionId } = await connected(5);
    account.tamper = (path, reply) => (path === '/v2/calls' ? { records: 'many' } : reply);
    const importId = await startImport(hub, account, connectionId);
    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({
      status: 'FAILED',
      problem: { code: 'PLATFORM_CHANGED' },
    });
  });
});
