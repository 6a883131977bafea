import { expect } from 'vitest';
import type { FreshDatabase } from './database.js';
import type { GongSandbox } from './sandbox.js';

/** Compares what the platform served with what the database holds. The hub is not asked whether it behaved. */
export async function judgeImport(database: FreshDatabase, sandbox: GongSandbox, importId: string) {
  const [run] = await database.query<Record<string, number | string>>('select * from runs where owner_id = $1', [
    importId,
  ]);
  const calls = await database.query<{ external_id: string; transcript: boolean }>(
    `select external_id, t.call_id is not null as transcript from calls c left join transcripts t on t.call_id = c.id
     where run_id = $1`,
    [run?.['id']],
  );
  const ids = calls.map(call => call.external_id).toSorted();
  const truth = [...sandbox.truth()].toSorted();
  const [slices] = await database.query<{ n: number; open: number }>(
    'select count(*)::int as n, count(*) filter (where not finished)::int as open from run_slices where run_id = $1',
    [run?.['id']],
  );
  const lost = truth.filter(id => !ids.includes(id));
  const doubled = ids.filter((id, i) => ids[i + 1] === id);

  expect(lost).toEqual([]);
  expect(doubled).toEqual([]);
  expect(ids).toEqual(truth);
  expect(run).toMatchObject({
    status: 'COMPLETED',
    stored: ids.length,
    found: ids.length,
    transcripts: calls.filter(call => call.transcript).length,
    unusable: 0,
    lease_until: null,
  });
  expect(slices?.open).toBe(0);
  return { lost: lost.length, doubled: doubled.length, slices: slices?.n ?? 0, epochs: Number(run?.['epoch']) };
}
