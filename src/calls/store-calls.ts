import type { CallDraft } from '#connector';
import { fitDraft } from './fit-draft.js';
import { randomUUID } from 'node:crypto';
import type { SqlTransaction } from '../core/ports.js';
import { int2, int4, jsonb, text, timestamptz, uuid } from './binary.js';

/** A call ready to be written: mapped, its documents packed. */
export interface PackedCall {
  readonly draft: CallDraft;
  readonly document: Buffer;
  readonly transcript: Buffer | undefined;
  /** Of the item as it was listed; absent where nobody will ask. */
  readonly listedDigest?: Buffer | undefined;
  /** Its details are not there: what is stored of them stays. */
  readonly isPartial?: boolean;
  /** 32 bytes of the document and 32 more of the transcript, where there is one: tells whether storing it again changes anything. */
  readonly contentDigest: Buffer;
}

/** Whose calls they are and what brought them. */
export interface CallSource {
  readonly customerId: string;
  readonly connectionId: string;
  readonly platform: string;
  readonly accountId: string;
  readonly importId: string | null;
  readonly runId: string;
}

export interface Stored {
  /** Calls that this run has not stored before. */
  readonly stored: number;
  /** Calls that the hub did not hold before. */
  readonly added: number;
  /** Of the calls stored, those with a transcript. */
  readonly transcripts: number;
}

const columns = [
  'id',
  'external_id',
  'medium',
  'started_at',
  'started_offset_minutes',
  'duration_seconds',
  'duration_ms',
  'title',
  'direction',
  'link',
  'language',
  'participants',
  'recordings',
  'document',
  'transcript',
  'listed_digest',
  'is_partial',
  'content_digest',
];

const staging = `
  create temp table if not exists staged_calls (
    id uuid, external_id text, medium text, started_at timestamptz, started_offset_minutes smallint,
    duration_seconds integer, duration_ms integer, title text, direction text, link text, language text,
    participants jsonb, recordings jsonb, document bytea, transcript bytea, listed_digest bytea, is_partial smallint, content_digest bytea
  ) on commit delete rows`;

/**
 * Brings a page of calls with their transcripts to the database, by one binary COPY, where nobody but this transaction
 * sees them. To be done before anything is locked: a process that is paused in a COPY is not missed for half a minute.
 * Call ids within a page are distinct.
 */
export async function stageCalls(tx: SqlTransaction, calls: readonly PackedCall[]): Promise<void> {
  if (calls.length === 0) return;
  const sorted = calls.toSorted((a, b) => (a.draft.externalId < b.draft.externalId ? -1 : 1));
  await tx.rows(staging);
  await tx.copyIn('staged_calls', columns, sorted.map(row));
}

/**
 * Writes the calls that this transaction has staged. Storing the same calls again changes nothing but their content.
 *
 * Rows are written in the order of their ids, so that two runs over one account cannot deadlock.
 */
export async function storeCalls(tx: SqlTransaction, source: CallSource): Promise<Stored> {
  const [stored] = await tx.rows<Stored>(upsert, [
    source.customerId,
    source.connectionId,
    source.platform,
    source.accountId,
    source.importId,
    source.runId,
  ]);
  return stored as Stored;
}

// A row that was inserted and not updated has no `xmax`. What the statement saw before does not tell: another run may
// have added the call since. Runs that stored the call before the last one did are kept, the latest four: with one id alone,
// two runs that take turns over a page would each count it again. What was not fetched this time stays, in the digest as well.
const upsert = `
with before as (
  select c.external_id, c.run_id = $6 or $6 = any (c.earlier_run_ids) as is_counted from calls c join staged_calls s using (external_id)
  where c.customer_id = $1 and c.platform = $3 and c.account_id = $4
), partial as (
  select external_id from staged_calls where is_partial = 1
), written as (
  insert into calls (id, customer_id, connection_id, platform, account_id, import_id, run_id, external_id, medium, started_at,
    started_offset_minutes, duration_seconds, duration_ms, title, direction, link, language, participants, recordings, document, listed_digest, content_digest)
  select id, $1, $2, $3, $4, $5, $6, external_id, medium, started_at,
    started_offset_minutes, duration_seconds, duration_ms, title, direction, link, language, participants, recordings, document, listed_digest, content_digest
  from staged_calls
  on conflict (customer_id, platform, account_id, external_id) do update set
    connection_id = excluded.connection_id, run_id = excluded.run_id,
    earlier_run_ids = case when calls.run_id = excluded.run_id then calls.earlier_run_ids else (
      select ids[greatest(1, cardinality(ids) - 3):]
      from (select array_remove(calls.earlier_run_ids, excluded.run_id) || calls.run_id as ids) earlier
    ) end, medium = excluded.medium,
    started_at = excluded.started_at, started_offset_minutes = excluded.started_offset_minutes,
    duration_seconds = excluded.duration_seconds, duration_ms = excluded.duration_ms, title = excluded.title, direction = excluded.direction,
    link = excluded.link, language = excluded.language,
    participants = case when excluded.external_id in (table partial) then calls.participants else excluded.participants end,
    recordings = case when excluded.external_id in (table partial) then calls.recordings else excluded.recordings end,
    document = case when excluded.external_id in (table partial) then calls.document else excluded.document end, listed_digest = excluded.listed_digest,
    content_digest = case when excluded.external_id in (table partial) then coalesce(substring(calls.content_digest for 32), substring(excluded.content_digest for 32))
        else substring(excluded.content_digest for 32) end
      || case when length(excluded.content_digest) > 32 then substring(excluded.content_digest from 33)
        else coalesce(substring(calls.content_digest from 33), '') end,
    missing_since = null, removed_at = null, updated_at = now()
  returning id, external_id, xmax = 0 as is_new
), told as (
  insert into transcripts (call_id, customer_id, origin, codec, document)
  select w.id, $1, 'platform', 'zstd', s.transcript
  from written w join staged_calls s using (external_id) where s.transcript is not null
  on conflict (call_id) do update set document = excluded.document, codec = excluded.codec, origin = excluded.origin, stored_at = now()
)
select
  count(*) filter (where b.is_counted is not true)::int as stored,
  count(*) filter (where w.is_new)::int as added,
  count(*) filter (where b.is_counted is not true and s.transcript is not null)::int as transcripts
from staged_calls s join written w using (external_id) left join before b using (external_id)`;

function row({
  draft: whole,
  document,
  transcript,
  listedDigest,
  isPartial,
  contentDigest,
}: PackedCall): readonly (Uint8Array | null)[] {
  const draft = fitDraft(whole);
  const { at, offsetMinutes } = moment(draft.startedAt);
  return [
    uuid(randomUUID()),
    text(draft.externalId),
    text(draft.medium),
    timestamptz(at),
    int2(offsetMinutes),
    int4(draft.durationSeconds),
    int4(draft.durationMs),
    text(draft.title),
    text(draft.direction),
    text(draft.link),
    text(draft.language),
    jsonb(draft.participants),
    jsonb(draft.recordings),
    document,
    transcript ?? null,
    listedDigest ?? null,
    int2(Number(isPartial === true)),
    contentDigest,
  ];
}

/** An ISO 8601 time as an instant and the offset it was written with. */
function moment(iso: string): { readonly at: Date; readonly offsetMinutes: number | undefined } {
  const at = new Date(iso);
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(iso);
  if (zone === null) return { at, offsetMinutes: iso.endsWith('Z') ? 0 : undefined };
  const minutes = Number(zone[2]) * 60 + Number(zone[3]);
  return { at, offsetMinutes: zone[1] === '-' ? -minutes : minutes };
}
