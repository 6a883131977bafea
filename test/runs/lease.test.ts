import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noTraces } from '../../src/core/traces.js';
import type { Sql } from '../../src/core/ports.js';
import type { Haul } from '../../src/engine/index.js';
import { claimRun, extendLease, type Lease, LeaseLost, releaseLease } from '../../src/runs/lease.js';
import { RunStatus } from '../../src/runs/run.state.js';
import { divideSlice, finishSlice, openSlices, restartSlice, type Slice } from '../../src/runs/slices.js';
import { storedBy, storePage } from '../../src/runs/store-page.js';
import { openRunDatabase, type RunDatabase } from '../kit/runs.js';

let runs: RunDatabase;

beforeAll(async () => {
  runs = await openRunDatabase();
});
afterAll(() => runs.close());

const [past, future] = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];
const slice: Slice = {
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-02-01T00:00:00.000Z',
  cursor: undefined,
  restarts: 0,
};

async function claimed(columns: Readonly<Record<string, string>> = {}): Promise<Lease> {
  const runId = await runs.addRun(columns);
  const claim = await claimRun(runs.sql[0], runId);
  if (claim === undefined) throw new Error('The run could not be claimed.');
  await runs.database.query(
    'insert into run_slices (run_id, customer_id, slice_from, slice_to) values ($1, $2, $3, $4)',
    [runId, runs.customerId, slice.from, slice.to],
  );
  return claim.lease;
}

function haul(...externalIds: string[]): Haul {
  return {
    calls: externalIds.map(externalId => ({
      draft: { externalId, medium: 'phone', startedAt: '2026-01-15T12:00:00Z', participants: [], recordings: [] },
      document: Buffer.from('{}'),
      transcript: Buffer.from('[]'),
    })),
    ...{ unusable: [], next: 'the next page', total: 10, outside: 0 },
  };
}

function store(lease: Lease, page: Haul, sql: Sql = runs.sql[0]) {
  const house = { sql, keyring: runs.keyring, traces: noTraces };
  const { connectionId, customerId } = runs;
  const target = {
    lease,
    connectionId,
    platform: 'made-up',
    accountId: 'account',
    importId: customerId,
    connectorVersion: '1',
    digestOf: () => undefined,
  };
  return storePage(house, target, slice, page, () => ({ requests: 2, callsPerSecond: 1, bindingLimit: undefined }));
}

describe('claiming a run', () => {
  test('gives it to one of many who ask at once', async () => {
    const runId = await runs.addRun();
    const claims = await Promise.all(Array.from({ length: 10 }, (_, i) => claimRun(runs.sql[i % 2 ? 1 : 0], runId)));
    expect(claims.filter(claim => claim !== undefined)).toHaveLength(1);
    expect(await runs.row(runId)).toMatchObject({ status: 'RUNNING', epoch: 1 });
  });

  test.each<[string, Record<string, string>]>([
    ['a queued one', { status: 'QUEUED' }],
    ['a waiting one whose time has come', { status: 'WAITING', wake_at: past }],
    ['a running one whose worker died', { status: 'RUNNING', lease_until: past, epoch: '4' }],
    ['a running one without a lease', { status: 'RUNNING', epoch: '4' }],
  ])('takes %s, under a new epoch and with a lease', async (_, columns) => {
    const runId = await runs.addRun(columns);
    const claim = await claimRun(runs.sql[0], runId);
    expect(claim?.lease).toEqual({ runId, customerId: runs.customerId, epoch: Number(columns.epoch ?? 0) + 1 });
    const row = await runs.row(runId);
    expect(row).toMatchObject({ status: 'RUNNING', wake_at: null });
    const awayMs = (row['lease_until'] as Date).getTime() - Date.now();
    expect(awayMs).toBeGreaterThan(5_000);
    expect(awayMs).toBeLessThan(10_000);
  });

  test.each<[string, Record<string, string>]>([
    ['a waiting one before its time', { status: 'WAITING', wake_at: future }],
    ['one that somebody works on', { status: 'RUNNING', lease_until: future }],
    ['a paused one', { status: 'PAUSED' }],
    ['a completed one', { status: 'COMPLETED' }],
    ['a failed one', { status: 'FAILED' }],
    ['a cancelled one', { status: 'CANCELLED' }],
    ['one that is to pause', { status: 'RUNNING', lease_until: past, wanted: 'pause' }],
    ['one that is to be cancelled', { status: 'QUEUED', wanted: 'cancel' }],
  ])('leaves %s alone', async (_, columns) => {
    const runId = await runs.addRun(columns);
    const before = await runs.row(runId);
    expect(await claimRun(runs.sql[0], runId)).toBeUndefined();
    expect(await runs.row(runId)).toEqual(before);
  });
});

describe('whoever slept through the lease', () => {
  /** Somebody else has claimed the run since. */
  async function stale(): Promise<Lease> {
    const lease = await claimed();
    await runs.database.query('update runs set lease_until = $2 where id = $1', [lease.runId, past]);
    await claimRun(runs.sql[1], lease.runId);
    return lease;
  }

  test.each<[string, (lease: Lease) => Promise<unknown>]>([
    ['store a page', lease => store(lease, haul('a', 'b'))],
    ['extend it', lease => extendLease(runs.sql[0], lease)],
    ['give it back', lease => releaseLease(runs.sql[0], lease, { status: RunStatus.COMPLETED })],
    ['restart a slice', lease => restartSlice(runs.sql[0], lease, slice)],
    ['finish a slice', lease => finishSlice(runs.sql[0], lease, slice, 7)],
    ['divide a slice', lease => divideSlice(runs.sql[0], lease, slice, '2026-01-10T00:00:00.000Z')],
  ])('cannot %s, and changes nothing', async (_, act) => {
    const lease = await stale();
    const state = async () => [
      await runs.row(lease.runId),
      await runs.database.query('select * from run_slices where run_id = $1 order by slice_from', [lease.runId]),
      await runs.database.query('select external_id from calls where run_id = $1', [lease.runId]),
    ];
    const before = await state();
    await expect(act(lease)).rejects.toThrow(LeaseLost);
    expect(await state()).toEqual(before);
  });
});

describe('a stored page', () => {
  test('brings calls, checkpoint and counters, and renews the lease', async () => {
    const lease = await claimed({ setbacks: '3' });
    await runs.database.query(`update runs set lease_until = clock_timestamp() where id = $1`, [lease.runId]);
    const { snapshot, order } = await store(lease, haul('page-1', 'page-2'));
    expect(order).toBe('run');
    expect(snapshot).toMatchObject({ stored: 2, added: 2, transcripts: 2, requests: 2, found: 10, sequence: 2 });
    const row = await runs.row(lease.runId);
    expect(row['setbacks']).toBe(0);
    expect((row['lease_until'] as Date).getTime()).toBeGreaterThan(Date.now() + 5_000);
    expect(await openSlices(runs.sql[0], lease)).toEqual([{ ...slice, cursor: 'the next page' }]);
  });

  test('counts each call once, also when other runs over the same calls take turns with it', async () => {
    const [one, other, third] = [await claimed(), await claimed(), await claimed()];
    for (const lease of [one, other, third, one, other, one, third]) {
      const { snapshot } = await store(lease, haul('turns-1', 'turns-2'));
      expect(snapshot).toMatchObject({ stored: 2, transcripts: 2 });
    }

    for (const lease of [one, other, third])
      expect(await storedBy(runs.sql[0], lease, ['turns-1', 'turns-2', 'turns-3'])).toEqual(
        new Set(['turns-1', 'turns-2']),
      );
  });

  test('counts each call once, however often it comes', async () => {
    const lease = await claimed();
    await store(lease, haul('again-1', 'again-2'));
    const { snapshot } = await store(lease, haul('again-2', 'again-3'));
    expect(snapshot).toMatchObject({ stored: 3, added: 3, transcripts: 3, requests: 4 });
  });

  test('of calls that the hub holds already counts them as stored and not as added', async () => {
    await store(await claimed(), haul('known-1', 'known-2'));
    const { snapshot } = await store(await claimed(), haul('known-1', 'known-2', 'known-3'));
    expect(snapshot).toMatchObject({ stored: 3, added: 1 });
  });

  test('counts what the platform counts in all slices, also in one that was finished without being read again', async () => {
    const lease = await claimed();
    const [newer] = await divideSlice(runs.sql[0], lease, slice, '2026-01-20T00:00:00.000Z');
    await finishSlice(runs.sql[0], lease, newer, 7);
    const { snapshot } = await store(lease, haul('finished-1'));
    expect(snapshot.found).toBe(17);
  });

  test('tells what people want meanwhile', async () => {
    const lease = await claimed();
    await runs.database.query(`update runs set wanted = 'pause' where id = $1`, [lease.runId]);
    expect(await store(lease, haul('wanted-1'))).toMatchObject({ order: 'pause', snapshot: { stored: 1 } });
  });
});

describe('giving a run back', () => {
  test.each<[wanted: string, intended: RunStatus, becomes: string]>([
    ['run', RunStatus.WAITING, 'WAITING'],
    ['run', RunStatus.QUEUED, 'QUEUED'],
    ['pause', RunStatus.QUEUED, 'PAUSED'],
    ['pause', RunStatus.WAITING, 'PAUSED'],
    ['pause', RunStatus.PAUSED, 'PAUSED'],
    ['pause', RunStatus.COMPLETED, 'COMPLETED'],
    ['cancel', RunStatus.QUEUED, 'CANCELLED'],
    ['cancel', RunStatus.WAITING, 'CANCELLED'],
    ['cancel', RunStatus.PAUSED, 'CANCELLED'],
    ['cancel', RunStatus.COMPLETED, 'COMPLETED'],
    ['cancel', RunStatus.FAILED, 'FAILED'],
  ])('that is to %s, as %s, makes it %s: nobody would take it up again', async (wanted, intended, becomes) => {
    const lease = await claimed();
    await runs.database.query('update runs set wanted = $2 where id = $1', [lease.runId, wanted]);
    const snapshot = await releaseLease(runs.sql[0], lease, { status: intended, wakeAfterMs: 60_000 });
    expect(snapshot.status).toBe(becomes);
    expect(snapshot.wakeAt === null).toBe(becomes !== intended);
    const row = await runs.row(lease.runId);
    expect(row).toMatchObject({ status: becomes, lease_until: null, worker: null });
    expect(row['finished_at'] !== null).toBe(['CANCELLED', 'COMPLETED', 'FAILED'].includes(becomes));
  });

  test('in a status that it cannot come to is a bug', async () => {
    const lease = await claimed();
    await expect(releaseLease(runs.sql[0], lease, { status: RunStatus.RUNNING })).rejects.toThrow(
      'cannot go from RUNNING',
    );
  });

  test('adds the requests since the last page', async () => {
    const lease = await claimed();
    await store(lease, haul('requests-1'));
    expect(await releaseLease(runs.sql[0], lease, { status: RunStatus.WAITING, wakeAfterMs: 1 }, 5)).toMatchObject({
      requests: 7,
    });
  });

  test('lets the next one take it up at once', async () => {
    const lease = await claimed();
    await releaseLease(runs.sql[0], lease, { status: RunStatus.QUEUED });
    expect((await claimRun(runs.sql[1], lease.runId))?.lease.epoch).toBe(lease.epoch + 1);
  });
});

test('a page on its way to the database keeps nobody from the run, however long it takes', async () => {
  const lease = await claimed();
  const stalled: Sql = {
    transaction: (reach, work) =>
      runs.sql[0].transaction(reach, tx =>
        work({
          ...tx,
          async copyIn(...page) {
            await tx.copyIn(...page);
            expect(await extendLease(runs.sql[1], lease)).toBe('run');
          },
        }),
      ),
  };
  expect((await store(lease, haul('a', 'b'), stalled)).snapshot).toMatchObject({ stored: 2 });
});

test('a page that met a knot of locks with other work is stored at once, and counted once', async () => {
  const lease = await claimed();
  for (const statement of [
    'create sequence knots',
    `create function knot() returns trigger language plpgsql security definer set search_path from current as $$
     begin if nextval('knots') = 1 then raise exception 'a knot' using errcode = '40P01'; end if; return null; end $$`,
    'create trigger knotted after insert on calls for each statement execute function knot()',
  ])
    await runs.database.query(statement);

  const { snapshot } = await store(lease, haul('knot a', 'knot b'));

  await runs.database.query('drop trigger knotted on calls');
  expect(snapshot).toMatchObject({ stored: 2, requests: 2, status: 'RUNNING' });
  expect(await runs.database.query('select last_value::integer as tries from knots')).toEqual([{ tries: 2 }]);
  expect(await runs.row(lease.runId)).toMatchObject({ setbacks: 0, stored: 2 });
});
