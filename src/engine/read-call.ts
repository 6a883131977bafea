import type { CallDraft, Connector } from '#connector';
import type { FetchedCall } from './haul.js';
import { newWordsOf } from './new-words.js';

export const mostRecordBytes = 8 * 1024 * 1024;

/** @throws Error when the item cannot be a call, or comes out of the mapper as something that is none. */
export function readCall(connector: Connector, document: Buffer): CallDraft {
  return readItem(connector, document).draft;
}

/** The same, with what the connector does not know of it. */
export function readItem(connector: Connector, document: Buffer): Pick<FetchedCall, 'draft' | 'newWords'> {
  if (document.length > mostRecordBytes) throw new Error('The record is larger than 8 MB.');
  const item = parse(document);
  const draft = connector.calls.call(item);
  // A mapper may be wrong about a type that the compiler could not see: the item came from outside.
  const { externalId, startedAt } = draft as { readonly [K in keyof CallDraft]?: unknown };
  if (typeof externalId !== 'string' || externalId === '') throw new Error('The id of the call is not a text.');
  if (typeof startedAt !== 'string' || !isTime(Date.parse(startedAt)))
    throw new Error('The start of the call is not a time.');
  if (!/(Z|[+-]\d{2}:?\d{2})$/.test(startedAt)) throw new Error('The start of the call has no offset.');
  return { draft, newWords: newWordsOf(connector, item) };
}

/** @throws Error that quotes nothing of the record. */
export function parse(document: Buffer): unknown {
  try {
    return JSON.parse(document.toString('utf8'));
  } catch {
    // The parser's own words quote the record, and reasons are shown.
    throw new Error('The record is not sound JSON.');
  }
}

/** Outside of these years it is a mistake, and would otherwise pass for a call of another window. */
function isTime(at: number): boolean {
  return at >= 0 && at < Date.UTC(2100, 0);
}
