import { createHash } from 'node:crypto';
import type { CallDraft } from '#connector';
import { PlatformError } from '../core/errors.js';
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

function reasonOf(error: unknown): string {
  if (error instanceof PlatformError && error.isPlatformsAdvice)
    return `${error.message} ${error.remedy}`.slice(0, 300);
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
