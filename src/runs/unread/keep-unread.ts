import { randomUUID } from 'node:crypto';
import type { CallKey, documentPacker, PackedDocument } from '../../calls/index.js';
import type { SqlTransaction } from '../../core/ports.js';
import type { Unusable } from '../../engine/index.js';

/** A record that no mapper could read yet, ready to be written. */
export interface PackedUnread {
  readonly externalId: string;
  readonly code: string;
  readonly reason: string;
  readonly document: PackedDocument;
  readonly transcript: PackedDocument | undefined;
}

type Pack = Awaited<ReturnType<typeof documentPacker>>;

/** Those of which the platform's document is there. */
export async function packUnread(
  pack: Pack,
  { platform, accountId }: Omit<CallKey, 'customerId' | 'externalId'>,
  unusable: readonly Unusable[],
): Promise<PackedUnread[]> {
  const packed: PackedUnread[] = [];
  for (const { externalId, code, reason, record } of unusable) {
    if (record === undefined) continue;
    const key = { platform, accountId, externalId };
    const transcript = record.transcript && (await pack(record.transcript, 'unread_records.transcript', key));
    const document = await pack(record.document, 'unread_records.document', key);
    packed.push({ externalId, code, reason: reason.replaceAll('\0', ''), document, transcript });
  }
  return packed;
}

interface Source extends Omit<CallKey, 'externalId'> {
  readonly connectionId: string;
  readonly connectorVersion: string;
}

/** Each record is there once, however often it is listed: as it was listed last, with the words that it came with. */
export async function keepUnread(tx: SqlTransaction, source: Source, unread: readonly PackedUnread[]): Promise<void> {
  const { customerId, connectionId, platform, accountId, connectorVersion } = source;
  // A page may list the same twice.
  const kept = [...new Map(unread.map(one => [one.externalId, one])).values()];
  if (kept.length === 0) return;
  await tx.rows(upsert, [
    ...[customerId, connectionId, platform, accountId, [connectorVersion]],
    kept.map(() => randomUUID()),
    kept.map(({ externalId }) => externalId),
    kept.map(({ code }) => code),
    kept.map(({ reason }) => reason),
    kept.map(({ document }) => document.digest),
    kept.map(({ document }) => document.sealed),
    kept.map(({ transcript }) => transcript?.sealed ?? null),
  ]);
}

// A sync may list the same every minute.
const upsert = `
insert into unread_records (id, customer_id, connection_id, platform, account_id, tried_by, external_id, code, reason, digest, document, transcript)
select id, $1, $2, $3, $4, $5, external_id, code, reason, digest, document, transcript
from unnest($6::uuid[], $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[], $12::bytea[])
  u (id, external_id, code, reason, digest, document, transcript)
order by external_id
on conflict (customer_id, platform, account_id, external_id) do update set connection_id = excluded.connection_id, code = excluded.code,
  reason = excluded.reason, digest = excluded.digest, document = excluded.document,
  transcript = coalesce(excluded.transcript, unread_records.transcript), tried_by = excluded.tried_by, kept_at = excluded.kept_at
where unread_records.digest <> excluded.digest or not unread_records.tried_by @> excluded.tried_by`;
