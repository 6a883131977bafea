import type { TranscriptLookup } from '#connector';
import { PlatformError } from '../core/errors.js';
import type { Fetcher } from './ask.js';
import { type Unusable, unreadable, withoutTranscript } from './haul.js';
import { allRefused } from './prospects.js';
import { readPage } from './read-page.js';
import { readStringKey } from './slice-json.js';
import { Trail } from './trail.js';

export interface FetchedTranscripts {
  /** By external id; a call without one has none. */
  readonly documents: ReadonlyMap<string, Buffer>;
  readonly unusable: readonly Unusable[];
}

/**
 * So many refusals without one success mean that the refusal is not about single calls; looking for the
 * culprit would cost two requests a call.
 */
const hopelessRefusals = 16;
/** All pages of one batch are held at a time. */
const mostBytes = 64 * 1024 * 1024;
export const mostTranscriptBytes = 16 * 1024 * 1024;

/** Transcripts of the calls of one page. `externalIds` holds each id once. */
export async function fetchTranscripts(
  lookup: TranscriptLookup,
  fetcher: Fetcher,
  externalIds: readonly string[],
): Promise<FetchedTranscripts> {
  const documents = new Map<string, Buffer>();
  const unusable: Unusable[] = [];
  const batches = Array.from({ length: Math.ceil(externalIds.length / lookup.batchSize) }, (_, i) =>
    externalIds.slice(i * lookup.batchSize, (i + 1) * lookup.batchSize),
  );
  let refusals = 0;
  let successes = 0;
  for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
    const refused = await fetchBatch(lookup, fetcher, batch, { documents, unusable });
    if (refused === undefined) {
      successes++;
      continue;
    }
    refusals++;
    const hopeless = successes === 0 && refusals >= hopelessRefusals;
    if (hopeless && refused.code === 'LOOKUP_REFUSED') throw allRefused(refusals, refused);
    if (batch.length === 1 || hopeless) unusable.push(...batch.map(id => withoutTranscript(id, refused)));
    else batches.unshift(batch.slice(0, batch.length / 2), batch.slice(batch.length / 2));
  }
  // A batch that was split has been read twice in part.
  return { documents, unusable: [...new Map(unusable.map(record => [record.externalId, record])).values()] };
}

/** @returns the platform's refusal when these calls, or one of them, cannot be looked up. */
async function fetchBatch(
  lookup: TranscriptLookup,
  fetcher: Fetcher,
  externalIds: readonly string[],
  into: { readonly documents: Map<string, Buffer>; readonly unusable: Unusable[] },
): Promise<PlatformError | undefined> {
  const asked = new Set(externalIds);
  const trail = new Trail();
  let size = 0;
  let cursor: string | undefined;
  try {
    do {
      const page = await fetcher.fetch(lookup.request({ externalIds, cursor }), 'lookup', bytes => {
        size += bytes.length;
        return readPage(lookup, bytes);
      });
      if (size > mostBytes)
        throw new PlatformError('PLATFORM_CHANGED', 'skip', 'The transcripts of these calls are larger than 64 MB.');
      for (const item of page?.items ?? []) keep(lookup, asked, item, into);
      cursor = page && trail.follow(cursor, page);
    } while (cursor !== undefined);
    return undefined;
  } catch (error) {
    if (error instanceof PlatformError && error.recovery === 'skip') return error;
    throw error;
  }
}

function keep(
  { idKey }: TranscriptLookup,
  asked: ReadonlySet<string>,
  item: Buffer,
  { documents, unusable }: { readonly documents: Map<string, Buffer>; readonly unusable: Unusable[] },
): void {
  try {
    const id = readStringKey(item, idKey);
    // What comes back unasked belongs to another page, which will ask for it.
    if (!asked.has(id)) return;
    if (item.length <= mostTranscriptBytes) documents.set(id, item);
    else unusable.push({ externalId: id, stage: 'transcript', code: 'PLATFORM_CHANGED', reason: tooLong });
  } catch (error) {
    unusable.push(unreadable('transcript', item, error));
  }
}

export const tooLong = 'The transcript is larger than 16 MB.';
