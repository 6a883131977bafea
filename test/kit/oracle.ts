import { expect } from 'vitest';
import type { FreshDatabase } from './database.js';
import type { GongSandbox } from './sandbox.js';

/** What became of an import, counted by others than the hub. */
export interface Weighed {
  /** Calls that the platform holds and the hub does not, and the other way round. */
  readonly lost: readonly string[];
  readonly invented: readonly string[];
  readonly doubled: readonly string[];
  /** The run's row as it is, and as a recount says it should be. */
  readonly told: Readonly<Record<string, unknown>>;
  readonly recounted: Readonly<Record<string, unknown>>;
  readonly slices: number;
  readonly epochs: number;
}

/** Compares what the platform holds with what the database holds. The hub is not asked whether it behaved. */
export async function weighImport(database: FreshDatabase, sandbox: GongSandbox, importId: string): Promise<Weighed> {
  const [run] = await database.query<Record<string, unknown>>('select * from runs where owner_id = $1', [importId]);
  const calls = await database.query<{ external_id: string; transcript: boolean }>(
    `select external_id, t.call_id is not null as transcript from calls c left join transcripts t on t.call_id = c.id
     where run_id = $1`,
    [run?.['id']],
  );
  const [slices] = await database.query<{ n: number; open: number }>(
    'select count(*)::int as n, count(*) filter (where not finished)::int as open from run_slices where run_id = $1',
    [run?.['id']],
  );
  const ids = calls.map(call => call.external_id).toSorted();
  const [held, truth] = [new Set(ids), new Set(sandbox.truth())];
  const { status, stored, found, transcripts, unusable, lease_until: leaseUntil } = run ?? {};
  return {
    lost: [...truth].filter(id => !held.has(id)),
    invented: ids.filter(id => !truth.has(id)),
    doubled: ids.filter((id, i) => ids[i + 1] === id),
    told: { status, stored, found, transcripts, unusable, leaseUntil, openSlices: slices?.open },
    recounted: {
      ...{ status: 'COMPLETED', stored: ids.length, found: ids.length, unusable: 0, leaseUntil: null, openSlices: 0 },
      transcripts: calls.filter(call => call.transcript).length,
    },
    slices: slices?.n ?? 0,
    epochs: Number(run?.['epoch']),
  };
}

/** The import is complete: every call once, and every counter as a recount says. */
export async function judgeImport(database: FreshDatabase, sandbox: GongSandbox, importId: string): Promise<Weighed> {
  const weighed = await weighImport(database, sandbox, importId);
  const { lost, invented, doubled, told, recounted } = weighed;
  expect({ lost, invented, doubled }).toEqual({ lost: [], invented: [], doubled: [] });
  expect(told).toEqual(recounted);
  return weighed;
}
