import type { CallDraft, Connector } from '#connector';
import { type CallKey, unpackDocument, unstorable } from '../../calls/index.js';
import type { House } from '../../scope.js';
import { readCall } from '../../engine/index.js';
import { type CallFilter, wantedBy } from '../filter.js';
import { passes } from './passes.js';

/** A record as it is kept. */
export interface KeptRecord {
  readonly id: string;
  readonly externalId: string;
  readonly digest: Buffer;
  readonly document: Buffer;
  readonly transcript: Buffer | null;
  readonly keptAt: Date;
}

/** A run that listed it. */
export interface ListingRun extends CallFilter {
  readonly id: string;
  readonly externalId: string;
  readonly connectionId: string;
  readonly importId: string | null;
  readonly from: Date;
  readonly to: Date;
}

/** What a mended mapper makes of it: a call of one of those runs, nothing that any of them wanted, or still nothing. */
export type Reading =
  | { readonly is: 'call'; readonly record: KeptRecord; readonly read: ReadRecord; readonly run: ListingRun }
  | { readonly is: 'unwanted'; readonly record: KeptRecord }
  | Unread;

export type ReadCall = Extract<Reading, { readonly is: 'call' }>;

export interface Unread {
  readonly is: 'unread';
  readonly record: KeptRecord;
  readonly code: string;
  readonly reason: string;
}

export interface ReadRecord {
  readonly draft: CallDraft;
  readonly document: Buffer;
  readonly transcript: Buffer | undefined;
}

/** What cannot be opened waits for another version as well, and keeps nobody else waiting. @throws Error that passes by itself */
export async function readUnread(
  { keyring, log }: Pick<House, 'keyring' | 'log'>,
  connector: Connector,
  account: Omit<CallKey, 'externalId'>,
  record: KeptRecord,
  runs: readonly ListingRun[],
): Promise<Reading> {
  const key = { ...account, externalId: record.externalId };
  try {
    const document = await unpackDocument(keyring, record.document, 'unread_records.document', key);
    const draft = drafted(connector, document);
    if ('code' in draft) return { is: 'unread', record, ...draft };
    const listing = runs.filter(one => one.externalId === record.externalId);
    const run = listing.find(one => isOf(one, draft));
    // Runs are forgotten, and then nobody knows that it is not wanted: this may be all that there is of it.
    if (listing.length === 0) return { is: 'unread', record, ...ownerless };
    if (run === undefined) return { is: 'unwanted', record };
    const { transcript } = record;
    const words = transcript && (await unpackDocument(keyring, transcript, 'unread_records.transcript', key));
    return { is: 'call', record, run, read: { draft, document, transcript: words ?? undefined } };
  } catch (error) {
    if (passes(error)) throw error;
    log.error('A record that is kept cannot be opened.', {
      recordId: record.id,
      customerId: account.customerId,
      error,
    });
    return failed(record, 'What was kept cannot be opened.');
  }
}

const ownerless = {
  code: 'PLATFORM_CHANGED',
  reason: 'It can be read now, but no run that listed it is left: an import of its time brings it.',
};

/** For a fault of ours. */
export function failed(record: KeptRecord, reason: string): Unread {
  return { is: 'unread', record, code: 'INTERNAL', reason };
}

/** The call, or why it still is none. */
function drafted(connector: Connector, document: Buffer): CallDraft | Pick<Unread, 'code' | 'reason'> {
  try {
    const draft = readCall(connector, document);
    const reason = unstorable(draft);
    return reason === undefined ? draft : { code: 'UNSTORABLE', reason };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300).replaceAll('\0', '');
    return { code: 'PLATFORM_CHANGED', reason };
  }
}

/** As if the run had read it when it listed it. */
function isOf(run: ListingRun, draft: CallDraft): boolean {
  const at = Date.parse(draft.startedAt);
  return at >= run.from.getTime() && at < run.to.getTime() && wantedBy(run)?.(draft) !== false;
}
