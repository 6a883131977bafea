import { createHash } from 'node:crypto';
import type { CallDraft, Connector } from '#connector';
import { PlatformError } from '../core/errors.js';
import type { NewWord } from './new-words.js';
import { mostRecordBytes, parse } from './read-call.js';
import { shapeOf } from './shape-of.js';

/** Calls of a page that are there before all of them are. */
export interface PartOfHaul {
  readonly calls: readonly FetchedCall[];
  readonly unusable: readonly Unusable[];
}

/** What one page yields, or the last part of it. */
export interface Haul extends PartOfHaul {
  /** The platform's mark for the page after this one; absent at the slice's end. */
  readonly next: string | undefined;
  /** How many calls the slice holds, where the platform says so. */
  readonly total: number | undefined;
  /** Listed calls that were dropped: they lie outside the slice, since platforms differ on bounds, or are of another medium. */
  readonly outside: number;
}

/** Whether the page has come to its end with it. */
export function isWhole(haul: PartOfHaul | Haul): haul is Haul {
  return 'next' in haul;
}

export interface FetchedCall {
  readonly draft: CallDraft;
  /** The listed item, byte for byte. Shares the memory of the whole reply. */
  readonly document: Buffer;
  /** The transcript as the platform wrote it; absent when there is none. Shares the memory of its reply. */
  readonly transcript?: Buffer | undefined;
  /** What its platform says in words that are new. */
  readonly newWords?: readonly NewWord[] | undefined;
  /** Its details were refused: what is known of them already is worth more than that nothing is said. */
  readonly isPartial?: boolean;
}

/** Something listed that could not become a call or a transcript. */
export interface Unusable {
  /** The platform's id, or a stand-in made from the record's bytes where the id cannot be told. */
  readonly externalId: string;
  readonly stage: 'call' | 'detail' | 'transcript';
  readonly code: string;
  /** At most 300 characters. */
  readonly reason: string;
  /** What the record looks like, without any of its values; of those that the mapper cannot read. */
  readonly shape?: object | undefined;
  /** What the platform wrote of a call that could not be read. */
  readonly record?: UnreadRecord | undefined;
  /** Whether it is known under the platform's own id, though it could not be read. */
  readonly isNamed?: boolean | undefined;
}

/** A listed item, with its transcript where that is there, to be kept until it can be read. Shares the memory of the replies. */
export interface UnreadRecord {
  readonly document: Buffer;
  readonly transcript?: Buffer | undefined;
}

/** The call whose transcript the platform does not give. */
export function withoutTranscript(externalId: string, refused: PlatformError): Unusable {
  return { externalId, stage: 'transcript', code: refused.code, reason: reasonOf(refused) };
}

/** The call of which the platform says no more than its list does. */
export function withoutDetail(externalId: string, refused: PlatformError): Unusable {
  return { externalId, stage: 'detail', code: refused.code, reason: reasonOf(refused) };
}

/** The record whose mapper threw `error`. */
export function unreadable(stage: Unusable['stage'], record: Buffer, error: unknown): Unusable {
  const externalId = `unreadable-${createHash('sha256').update(record).digest('hex').slice(0, 16)}`;
  return { externalId, stage, code: 'PLATFORM_CHANGED', reason: reasonOf(error), shape: shapeOf(record) };
}

/** The listed call whose mapper threw `error`: its record is kept, under its own id where that can be told. */
export function unreadCall({ calls }: Connector, record: UnreadRecord, error: unknown): Unusable {
  const unread = unreadable('call', record.document, error);
  if (record.document.length > mostRecordBytes) return unread;
  const id = idOf(record.document, calls.idPath);
  return { ...unread, externalId: id ?? unread.externalId, isNamed: id !== undefined, record };
}

/** The text, or the number that loses no digits, at a place of a record. */
function idOf(document: Buffer, path: readonly string[] | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    let value = parse(document);
    for (const key of path) value = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof value === 'string' && value !== '') return value;
    return Number.isSafeInteger(value) ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof PlatformError && error.isPlatformsAdvice)
    return `${error.message} ${error.remedy}`.slice(0, 300);
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
