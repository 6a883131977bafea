import { createHash, randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { documentPacker, type PackedCall, type Stored, stageCalls, storeCalls, unstorable } from '../calls/index.js';
import type { Keyring, Sql, SqlTransaction } from '../core/ports.js';
import type { Span, Traces } from '../core/traces.js';
import { untangled } from '../core/untangled.js';
import { isWhole, type PartOfHaul, type Unusable } from '../engine/index.js';
import { keepUnread, packUnread, type PackedUnread } from './unread/keep-unread.js';
import { countNewWords } from './drift/count-words.js';
import { fence, type Lease, leaseSeconds, type Order, reachOf } from './lease.js';
import { advanceSlice, reachedIn, type Slice } from './slices.js';
import { type RunRow, type RunSnapshot, snapshotColumns, snapshotOfRow } from './snapshot.js';

/** What a page is stored for. */
export interface PageTarget {
  readonly lease: Lease;
  readonly connectionId: string;
  readonly platform: string;
  readonly accountId: string;
  /** Null for a run of a sync. */
  readonly importId: string | null;
  /** Of the connector that reads them. */
  readonly connectorVersion: string;
  /** Of the item as it was listed, where that is to be known the next time. */
  digestOf(externalId: string): Buffer | undefined;
}

/** How the run is doing, written beside the page. */
export interface Pace {
  readonly requests: number;
  readonly callsPerSecond: number | undefined;
  readonly bindingLimit: string | undefined;
}

/**
 * One page, or a part of it, into the store: calls, transcripts, unusable records, checkpoint and counters in one
 * transaction, so that a crash repeats a page and never loses or doubles one. Only the end of a page moves the checkpoint.
 */
export function storePage(
  house: { readonly sql: Sql; readonly keyring: Keyring; readonly traces: Traces },
  target: PageTarget,
  slice: Slice,
  haul: PartOfHaul,
  pace: () => Pace,
): Promise<StoredPage> {
  return house.traces.span('store page', {}, span => store(house, target, slice, haul, pace, span));
}

interface StoredPage {
  readonly snapshot: RunSnapshot;
  readonly order: Order;
}

async function store(
  { sql, keyring }: { readonly sql: Sql; readonly keyring: Keyring },
  target: PageTarget,
  slice: Slice,
  haul: PartOfHaul,
  pace: () => Pace,
  span: Span,
): Promise<StoredPage> {
  const { lease } = target;
  const { calls, unusable, unread } = await pack(keyring, target, haul);
  let paced: Pace | undefined;
  const write = async (tx: SqlTransaction): Promise<StoredPage> => {
    await stageCalls(tx, calls);
    const order = await fence(tx, lease);
    const source = { ...target, customerId: lease.customerId, runId: lease.runId };
    const { stored, added, transcripts } = calls.length === 0 ? nothing : await storeCalls(tx, source);
    const setAside = await setAsideUnusable(tx, lease, unusable);
    span.note({
      'patchbay.calls.stored': stored,
      'patchbay.calls.added': added,
      'patchbay.records.unusable': setAside,
    });
    await keepUnread(tx, source, unread);
    await countNewWords(tx, source, haul.calls);
    if (isWhole(haul)) await advanceSlice(tx, lease, slice, { ...haul, reached: reachedIn(slice, haul.calls) });
    paced ??= pace();
    const { requests, callsPerSecond, bindingLimit } = paced;
    const [row] = await tx.rows<RunRow>(advanceRun, [
      lease.runId,
      stored,
      added,
      transcripts,
      setAside,
      requests,
      callsPerSecond ?? null,
      bindingLimit ?? null,
      leaseSeconds,
    ]);
    return { snapshot: snapshotOfRow(row as RunRow), order };
  };
  // A recount, or another run of the account, may go over the same calls in another order.
  return untangled(() => sql.transaction(reachOf(lease), write));
}

/** Of these calls, those that the run has stored: what it knows of their transcripts is stored with them. */
export async function storedBy(sql: Sql, lease: Lease, externalIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql.transaction(reachOf(lease), tx =>
    tx.rows<{ external_id: string }>(
      `select external_id from calls c join runs r using (customer_id, platform, account_id)
       where r.id = $1 and (c.run_id = r.id or r.id = any (c.earlier_run_ids)) and external_id = any ($2)`,
      [lease.runId, externalIds],
    ),
  );
  return new Set(rows.map(row => row.external_id));
}

const nothing: Stored = { stored: 0, added: 0, transcripts: 0 };

// `found` follows the slices' own totals as soon as all of them are known.
const advanceRun = `
update runs set stored = stored + $2, added = added + $3, transcripts = transcripts + $4, unusable = unusable + $5,
  requests = requests + $6, calls_per_second = $7::real, binding_limit = $8::text, setbacks = 0,
  found = coalesce((select sum(total) from run_slices where run_id = $1 having bool_and(total is not null)), found),
  covered = case when found is null then (
    select sum(extract(epoch from slice_to - slice_from) * case when finished then 1 else reached end)
      / sum(extract(epoch from slice_to - slice_from)) from run_slices where run_id = $1) end,
  lease_until = clock_timestamp() + $9 * interval '1 second', sequence = sequence + 1, updated_at = clock_timestamp()
where id = $1 returning ${snapshotColumns}`;

async function pack(
  keyring: Keyring,
  target: PageTarget,
  haul: PartOfHaul,
): Promise<{ calls: PackedCall[]; unusable: Unusable[]; unread: PackedUnread[] }> {
  const packDocument = await documentPacker(keyring, target.lease.customerId);
  const unusable = haul.unusable.map(one => ({ ...one, externalId: storableId(one.externalId) }));
  const usable = haul.calls.filter(({ draft, document, transcript }) => {
    const reason = unstorable(draft);
    const about = { externalId: storableId(draft.externalId), record: { document, transcript } };
    if (reason !== undefined) unusable.push({ ...about, stage: 'call', code: 'UNSTORABLE', reason });
    return reason === undefined;
  });
  // They are as they were listed, but not as they will be: whoever looks again is not to take them for known.
  const unfinished = new Set(
    haul.unusable.filter(({ code }) => code === 'TRANSCRIPT_PENDING').map(({ externalId }) => externalId),
  );
  const calls: PackedCall[] = [];
  let othersHadTurn = performance.now();
  for (const { draft, document, transcript, isPartial = false } of usable) {
    const key = { platform: target.platform, accountId: target.accountId, externalId: draft.externalId };
    const packed = await packDocument(document, 'calls.document', key);
    const packedTranscript = transcript && (await packDocument(transcript, 'transcripts.document', key));
    const listedDigest = isPartial || unfinished.has(draft.externalId) ? undefined : target.digestOf(draft.externalId);
    calls.push({
      draft,
      document: packed.sealed,
      transcript: packedTranscript?.sealed,
      listedDigest,
      contentDigest: packedTranscript ? Buffer.concat([packed.digest, packedTranscript.digest]) : packed.digest,
      isPartial,
    });
    if (performance.now() - othersHadTurn < longestTurnMs) continue;
    await turn();
    othersHadTurn = performance.now();
  }
  return { calls, unusable, unread: await packUnread(packDocument, target, unusable) };
}

/** A page takes tens of milliseconds to pack. Other runs of this worker, above all small ones, do not wait for the whole of it. */
const longestTurnMs = 5;

/** How many were new to this run. */
async function setAsideUnusable(tx: SqlTransaction, lease: Lease, unusable: readonly Unusable[]): Promise<number> {
  if (unusable.length === 0) return 0;
  const rows = await tx.rows(
    `insert into unusable_records (id, run_id, customer_id, external_id, stage, code, reason, shape, is_kept)
     select id, $1, $2, external_id, stage, code, reason, shape::jsonb, is_kept
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[]) u (id, external_id, stage, code, reason, shape, is_kept)
     order by external_id on conflict do nothing returning 1`,
    [
      lease.runId,
      lease.customerId,
      unusable.map(() => randomUUID()),
      unusable.map(({ externalId }) => externalId),
      unusable.map(({ stage }) => stage),
      unusable.map(({ code }) => code),
      unusable.map(({ reason }) => reason.replaceAll('\0', '')),
      unusable.map(({ shape }) => (shape === undefined ? null : JSON.stringify(shape))),
      unusable.map(({ record }) => record !== undefined),
    ],
  );
  return rows.length;
}

const longestId = 500;

/** The id as it is, or something as distinct that the database can hold. */
function storableId(id: string): string {
  if (id.length <= longestId && id.isWellFormed() && !id.includes('\0')) return id;
  const escaped = JSON.stringify(id).slice(1, -1);
  if (escaped.length <= longestId) return escaped;
  return `${escaped.slice(0, longestId - 17)}-${createHash('sha256').update(escaped).digest('hex').slice(0, 16)}`;
}
