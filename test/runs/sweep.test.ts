import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLog } from '../../src/infra/log.js';
import { progressTopic } from '../../src/runs/snapshot.js';
import { sweepRuns } from '../../src/runs/sweep-runs.js';
import type { House } from '../../src/scope.js';
import { startGongAccounts } from '../kit/gong-accounts.js';
import { testHub } from '../kit/hub.js';
import { openRunDatabase, type RunDatabase } from '../kit/runs.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

const [past, future] = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];

describe.concurrent('the sweep', () => {
  let runs: RunDatabase;
  beforeAll(async () => {
    runs = await openRunDatabase();
  });
  afterAll(() => runs.close());

  test('wakes each run that nobody works on once, leaves all others alone, and settles what was to stop', async () => {
    const stranded = [
      await runs.addRun({ status: 'QUEUED', updated_at: past }),
      await runs.addRun({ status: 'WAITING', wake_at: past }),
      await runs.addRun({ status: 'RUNNING', lease_until: past, updated_at: past }),
      await runs.addRun({ status: 'PAUSED', updated_at: past }),
      await runs.addRun({ status: 'QUEUED', hinted: 'true', updated_at: past }),
    ];
    const others = [
      await runs.addRun({ status: 'QUEUED', updated_at: future }),
      await runs.addRun({ status: 'WAITING', wake_at: future, updated_at: past }),
      await runs.addRun({ status: 'RUNNING', lease_until: future, updated_at: past }),
      await runs.addRun({ status: 'PAUSED', wanted: 'pause', updated_at: past }),
      await runs.addRun({ status: 'CANCELLED', updated_at: past }),
      await runs.addRun({ status: 'FAILED', updated_at: past }),
    ];
    const [cancelled, paused] = [
      await runs.addRun({ status: 'RUNNING', wanted: 'cancel', lease_until: past, stored: '7' }),
      await runs.addRun({ status: 'RUNNING', wanted: 'pause', lease_until: past }),
    ];
    const before = await Promise.all(others.map(id => runs.row(id)));
    const woken: string[] = [];
    const asLooks: string[] = [];
    const told = new Map<string, any>();
    const house = (index: 0 | 1) =>
      ({
        sql: runs.sql[index],
        log: openLog('silent'),
        jobs: {
          add: async (name: string, { runId }: { runId: string }) => {
            woken.push(runId);
            if (name === 'execute-look') asLooks.push(runId);
          },
        },
        bus: { publish: (topic: string, message: unknown) => void told.set(topic, message) },
      }) as unknown as House;
    const stop = new AbortController();

    // Two processes.
    sweepRuns(house(0), stop.signal);
    sweepRuns(house(1), stop.signal);
    await until('all that are stranded', () => stranded.every(id => woken.includes(id)));
    stop.abort();

    // A waiting one may be named at each sweep, until a worker takes it.
    const once = woken.filter(id => id !== stranded[1]);
    expect(once.toSorted()).toEqual(stranded.filter(id => id !== stranded[1]).toSorted());
    expect(asLooks).toEqual([stranded[4]]);
    expect(await Promise.all(others.map(id => runs.row(id)))).toEqual(before);
    const rows = await Promise.all([cancelled, paused].map(id => runs.row(id)));
    expect(rows).toMatchObject([
      { status: 'CANCELLED', finished_at: expect.any(Date), epoch: 1, lease_until: null },
      { status: 'PAUSED', finished_at: null, epoch: 1, lease_until: null },
    ]);
    for (const { owner_id, status } of rows)
      expect(told.get(progressTopic(String(owner_id)))).toMatchObject({ status });
    expect(told.get(progressTopic(String(rows[0]?.['owner_id'])))).toMatchObject({ finished: true, stored: 7 });
  });

  test('finds an import whose wake-up was lost', async () => {
    const accounts = await startGongAccounts();
    let lost = 0;
    const hub = await testHub(accounts.env, {
      wrap: house => ({
        ...house,
        jobs: { add: (name, payload) => (lost++ === 0 ? Promise.resolve() : house.jobs.add(name, payload)) },
      }),
    });
    try {
      const account = await accounts.open({ calls: 5 });
      const { connectionId } = await connectedCustomer(hub, account);
      const seen = await watchToEnd(hub, await startImport(hub, account, connectionId));
      expect(lost).toBeGreaterThan(1);
      expect(seen[0]).toMatchObject({ status: 'QUEUED' });
      expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 5 });
    } finally {
      await hub.close();
      await accounts.close();
    }
  });
});
