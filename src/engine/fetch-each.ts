import type { CallDraft, CallLookup } from '#connector';
import { PlatformError } from '../core/errors.js';
import type { Fetcher } from './ask.js';
import { type FetchedTranscripts, mostTranscriptBytes, tooLong } from './fetch-transcripts.js';
import { type Unusable, withoutTranscript } from './haul.js';
import { malformed, skipSpace, skipValue } from './scan-json.js';

/** So many lookups of one page are under way at once: replies take longer than limits make them wait. */
const sideBySide = 4;

export interface LookedUp extends FetchedTranscripts {
  /** External ids whose transcripts are there, or known not to be. */
  readonly settled: ReadonlySet<string>;
  /** What ended the work early; undefined when all is settled. */
  readonly error: unknown;
}

/** The transcripts of these calls, each by a request of its own, several side by side. Never throws: what came is kept. */
export async function fetchEach(lookup: CallLookup, fetcher: Fetcher, calls: readonly CallDraft[]): Promise<LookedUp> {
  const documents = new Map<string, Buffer>();
  const unusable: Unusable[] = [];
  const settled = new Set<string>();
  const waiting = [...calls];
  const errors: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let call = waiting.shift(); call !== undefined && errors.length === 0; call = waiting.shift()) {
      const { externalId } = call;
      const found = await lookUp(lookup, fetcher, call);
      if (found instanceof PlatformError) unusable.push(withoutTranscript(externalId, found));
      else if (found !== undefined) documents.set(externalId, found);
      settled.add(externalId);
    }
  };
  const workers = Array.from({ length: sideBySide }, () => work().catch((error: unknown) => errors.push(error)));
  await Promise.all(workers);
  return { documents, unusable, settled, error: errors[0] };
}

/** @returns the document, undefined when there is none, or the platform's refusal of this call. */
async function lookUp(
  lookup: CallLookup,
  fetcher: Fetcher,
  call: CallDraft,
): Promise<Buffer | PlatformError | undefined> {
  const key = lookup.key(call);
  if (key === undefined) return undefined;
  try {
    const document = await fetcher.fetch(lookup.request(key), 'lookup', wholeReply);
    if (document === undefined || document.length <= mostTranscriptBytes) return document;
    return new PlatformError('PLATFORM_CHANGED', 'skip', tooLong);
  } catch (error) {
    if (error instanceof PlatformError && error.recovery === 'skip') return error;
    throw error;
  }
}

/** As the platform wrote it; only that it is whole is looked after. */
function wholeReply(bytes: Buffer): Buffer {
  const end = skipSpace(bytes, skipValue(bytes, skipSpace(bytes, 0), 0));
  return end === bytes.length ? bytes : malformed(end, 'something behind the end');
}
