import { documentPacker, type PackedCall, type Stored, stageCalls, storeCalls } from '../../calls/index.js';
import type { Keyring, SqlTransaction } from '../../core/ports.js';
import { untangled } from '../../core/untangled.js';
import type { House } from '../../scope.js';
import type { ListingRun, ReadCall, Reading } from './read-unread.js';
import { type AccountOfCalls, settleUnread } from './settle-unread.js';

/** Calls of one run, at least one, as if it had just read them: calls, counts and the end of their records in one transaction. */
export async function storeReading(
  { sql, keyring, metrics, log }: House,
  account: AccountOfCalls,
  readings: readonly ReadCall[],
): Promise<void> {
  const { run } = readings[0] as ReadCall;
  const calls = await pack(keyring, account, readings);
  const store = async (tx: SqlTransaction): Promise<Stored> => {
    await stageCalls(tx, calls);
    // In the order in which a run locks what is its own.
    await tx.rows('select from runs where id = $1 for update', [run.id]);
    const due = await stillDue(tx, account, readings);
    await tx.rows('delete from staged_calls where external_id <> all ($1)', [due.calls]);
    const stored = due.calls.length === 0 ? nothing : await storeCalls(tx, { ...account, ...sourceOf(run) });
    await settleUnread(tx, account, due.records);
    await tx.rows(count, [run.id, stored.stored, stored.added, stored.transcripts]);
    return stored;
  };
  const { stored } = await untangled(() => sql.transaction({ customerId: account.customerId }, store));
  metrics.count('patchbay_calls_stored_total', { platform: account.platform }, stored);
  log.info('Records that could not be read before are calls now.', { runId: run.id, calls: stored });
}

const nothing: Stored = { stored: 0, added: 0, transcripts: 0 };

function sourceOf({ id, connectionId, importId }: ListingRun) {
  return { runId: id, connectionId, importId };
}

// What a sync has brought is added to it when its next turn begins; to one that is behind, nothing would be.
const count = `
with run as (
  update runs set stored = stored + $2, added = added + $3, transcripts = transcripts + $4, sequence = sequence + 1
  where id = $1 returning id, sync_id
)
update syncs s set calls_imported = calls_imported + $3 from run where s.id = run.sync_id and s.run_id is distinct from run.id and $3 > 0`;

/** Of these records, those that are still kept; and of their calls, those that the platform has not sent anew since. */
async function stillDue(
  tx: SqlTransaction,
  { customerId, platform, accountId }: AccountOfCalls,
  readings: readonly ReadCall[],
): Promise<{ readonly records: readonly string[]; readonly calls: readonly string[] }> {
  const rows = await tx.rows<{ record: string; call: string; is_newer: boolean }>(
    `with due as (
       select u.external_id, r.call, u.kept_at
       from unread_records u join unnest($4::uuid[], $5::bytea[], $6::text[]) r (id, digest, call) on r.id = u.id and r.digest = u.digest
       order by u.external_id for update of u
     )
     select d.external_id as record, d.call, coalesce(c.updated_at >= d.kept_at, false) as is_newer
     from due d left join calls c on c.customer_id = $1 and c.platform = $2 and c.account_id = $3 and c.external_id = d.call`,
    [
      ...[customerId, platform, accountId],
      readings.map(({ record }) => record.id),
      readings.map(({ record }) => record.digest),
      readings.map(({ read }) => read.draft.externalId),
    ],
  );
  return {
    records: rows.map(({ record }) => record),
    calls: rows.filter(({ is_newer }) => !is_newer).map(({ call }) => call),
  };
}

async function pack(
  keyring: Keyring,
  { customerId, platform, accountId }: AccountOfCalls,
  readings: readonly ReadCall[],
): Promise<PackedCall[]> {
  const packDocument = await documentPacker(keyring, customerId);
  const calls = new Map<string, PackedCall>();
  for (const { draft, document, transcript } of readings.map(({ read }) => read)) {
    const key = { platform, accountId, externalId: draft.externalId };
    const packed = await packDocument(document, 'calls.document', key);
    const words = transcript && (await packDocument(transcript, 'transcripts.document', key));
    const contentDigest = words ? Buffer.concat([packed.digest, words.digest]) : packed.digest;
    // Without the digest of what is listed, the next sync that comes by fetches the call as a whole.
    calls.set(draft.externalId, { draft, document: packed.sealed, transcript: words?.sealed, contentDigest });
  }
  return [...calls.values()];
}

/** What is to be no call goes; what still cannot be read waits for another mapper. */
export async function settleReading(
  { sql }: House,
  account: AccountOfCalls,
  readings: readonly Reading[],
  version: string,
): Promise<void> {
  const unwanted = readings.filter(({ is }) => is === 'unwanted').map(({ record }) => record);
  const unread = readings.filter(reading => reading.is === 'unread');
  await untangled(() =>
    sql.transaction({ customerId: account.customerId }, async tx => {
      const gone = await tx.rows<{ externalId: string }>(asRead, [
        unwanted.map(({ id }) => id),
        unwanted.map(({ digest }) => digest),
      ]);
      await settleUnread(
        tx,
        account,
        gone.map(({ externalId }) => externalId),
      );
      await tx.rows(tried, [
        version,
        unread.map(({ record }) => record.id),
        unread.map(({ record }) => record.digest),
        unread.map(({ code }) => code),
        unread.map(({ reason }) => reason),
      ]);
    }),
  );
}

// One that was kept anew since is another one, and is not read yet.
const asRead = `
select u.external_id as "externalId" from unread_records u join unnest($1::uuid[], $2::bytea[]) r (id, digest) using (id, digest)
order by u.external_id for update of u`;

/** Workers of two versions may be there side by side. */
const versionsKept = 8;
const tried = `
update unread_records u set code = r.code, reason = r.reason,
  tried_by = (array_append(tried_by, $1::text))[greatest(1, cardinality(tried_by) - ${versionsKept - 2}):]
from unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[]) r (id, digest, code, reason) where u.id = r.id and u.digest = r.digest`;
