import type { TestHub } from './hub.js';
import { progressFields } from './trip.js';

// biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
export type Progress = any;

const progressDocument = `subscription ($id: ID!) { importProgress(importId: $id) { ${progressFields} } }`;

/** The first snapshot of an import that fits, by subscription. @throws when it ended without one. */
export async function watchFor(
  hub: Pick<TestHub, 'subscribe'>,
  importId: string,
  fits: (progress: Progress) => boolean,
): Promise<Progress> {
  const seen: string[] = [];
  for await (const { data, errors } of hub.subscribe(progressDocument, { id: importId })) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    if (fits(data.importProgress)) return data.importProgress;
    seen.push(data.importProgress.status);
  }
  throw new Error(`The import ended without it: ${seen.join(', ')}.`);
}

export function watchForStatus(hub: Pick<TestHub, 'subscribe'>, importId: string, status: string): Promise<Progress> {
  return watchFor(hub, importId, progress => progress.status === status);
}

/** Where an import stands, read once. */
export async function progressOf(hub: Pick<TestHub, 'ask'>, importId: string): Promise<Progress> {
  const document = `query ($id: ID!) { import(id: $id) { progress { ${progressFields} } } }`;
  return (await hub.ask(document, { id: importId })).import.progress;
}

/** Pauses, resumes or cancels an import. */
export async function steer(
  hub: Pick<TestHub, 'ask'>,
  verb: 'pause' | 'resume' | 'cancel',
  id: string,
): Promise<string> {
  const document = `mutation ($id: ID!) { import: ${verb}Import(id: $id) { status } }`;
  return (await hub.ask(document, { id })).import.status;
}

/** Makes a waiting import due now, in place of the time that it would wait. */
export async function makeDue({ database }: Pick<TestHub, 'database'>, importId: string): Promise<void> {
  await database.query('update runs set wake_at = now() where owner_id = $1', [importId]);
  // A pause that the platform asked for is kept in the quota ledger too.
  await database.query(
    `delete from quota_holds where key in (select platform || '/' || account_id || '/' from runs where owner_id = $1)`,
    [importId],
  );
}

/** External ids of all calls that the hub holds for a customer, in order. */
export async function heldIds({ database }: Pick<TestHub, 'database'>, customerId: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>('select external_id as id from calls where customer_id = $1', [
    customerId,
  ]);
  return rows.map(({ id }) => id).toSorted();
}
