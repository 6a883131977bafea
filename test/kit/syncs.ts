import type { TestHub } from './hub.js';
import { until } from './until.js';

export const syncFields = `id state cadence nextAt lastSyncedAt lastStatus callsImported freshAsOf waitsFor skippedAt
  problem { code message remedy }
  turns(first: 50) { nodes { id kind slotAt dueAt skipped status from to added stored requests } }`;

// biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
export type SeenSync = any;

/** Sets a sync up. */
export async function createSync(hub: Pick<TestHub, 'ask'>, input: object, key?: string): Promise<SeenSync> {
  const document = `mutation ($input: CreateSyncInput!) { createSync(input: $input) { ${syncFields} } }`;
  return (await hub.ask(document, { input }, key)).createSync;
}

export async function readSync(hub: Pick<TestHub, 'ask'>, id: string): Promise<SeenSync> {
  return (await hub.ask(`query ($id: ID!) { sync(id: $id) { ${syncFields} } }`, { id })).sync;
}

/** Pauses, resumes, runs or deletes one. */
export async function steerSync(
  hub: Pick<TestHub, 'ask'>,
  verb: 'pauseSync' | 'resumeSync' | 'runSyncNow' | 'deleteSync',
  id: string,
): Promise<SeenSync> {
  return (await hub.ask(`mutation ($id: ID!) { sync: ${verb}(id: $id) { ${syncFields} } }`, { id })).sync;
}

/** The sync once so many of its runs have come to their ends and none is under way. */
export function whenTurned(hub: Pick<TestHub, 'ask'>, id: string, runs: number): Promise<SeenSync> {
  return until(`${runs} runs of the sync`, async () => {
    const sync = await readSync(hub, id);
    const over = sync.turns.nodes.filter(({ status }: SeenSync) => /COMPLETED|FAILED|CANCELLED/.test(status ?? ''));
    // Fields of one answer are read one after the other: those before the turns may be of the moment before.
    return over.length === runs && (await readSync(hub, id));
  });
}

/**
 * Business time stands still at this moment, until it is set again: so nothing falls due by itself while a test looks. The clock of
 * leases goes on.
 */
export async function setTime({ database }: Pick<TestHub, 'database'>, now: Date | number | string): Promise<void> {
  await database.query(
    `create or replace function business_now() returns timestamptz language sql volatile as $$ select timestamptz '${new Date(now).toISOString()}' $$`,
  );
}

/** Business time goes on from this moment, as it does outside tests. */
export async function startTime({ database }: Pick<TestHub, 'database'>, now: number): Promise<void> {
  await database.query(
    `create or replace function business_now() returns timestamptz language sql volatile as $$ select clock_timestamp() + interval '${now - Date.now()} milliseconds' $$`,
  );
}
