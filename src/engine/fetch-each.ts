import type { CallLookup, Connector, DetailLookup } from '#connector';
import { PlatformError } from '../core/errors.js';
import type { Fetcher } from './ask.js';
import { mostTranscriptBytes, tooLong } from './fetch-transcripts.js';
import {
  type FetchedCall,
  type PartOfHaul,
  type Unusable,
  unreadCall,
  withoutDetail,
  withoutTranscript,
} from './haul.js';
import type { PageProspects } from './prospects.js';
import { parse, readItem } from './read-call.js';
import { malformed, skipSpace, skipValue } from './scan-json.js';
import { addMember } from './slice-json.js';

/** So many lookups of one page are under way at once: replies take longer than limits make them wait. */
const sideBySide = 4;

export interface LookedUp extends PartOfHaul {
  /** What ended the work early; undefined when all calls are there. */
  readonly error: unknown;
}

/** What is to be asked for each call by itself. */
export interface Lookups {
  readonly connector: Connector;
  readonly detail: DetailLookup | undefined;
  readonly transcript: CallLookup | undefined;
  readonly prospects: PageProspects;
}

/** The details and transcripts of these calls, by requests of their own, several side by side. Never throws: what came is kept. */
export async function fetchEach(lookups: Lookups, fetcher: Fetcher, listed: readonly FetchedCall[]): Promise<LookedUp> {
  const found = new Map<FetchedCall, PartOfHaul>();
  const waiting = [...listed];
  const errors: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let call = waiting.shift(); call !== undefined && errors.length === 0; call = waiting.shift()) {
      found.set(call, await lookUp(lookups, fetcher, call));
    }
  };
  const workers = Array.from({ length: sideBySide }, () => work().catch((error: unknown) => errors.push(error)));
  await Promise.all(workers);
  const inOrder = listed.flatMap(call => found.get(call) ?? []);
  return {
    calls: inOrder.flatMap(({ calls }) => calls),
    unusable: inOrder.flatMap(({ unusable }) => unusable),
    error: errors[0],
  };
}

async function lookUp(
  { connector, detail, transcript, prospects }: Lookups,
  fetcher: Fetcher,
  listed: FetchedCall,
): Promise<PartOfHaul> {
  const detailed = detail === undefined ? listed : await withDetail(connector, detail, fetcher, listed, prospects);
  if (detailed instanceof PlatformError)
    return { calls: [{ ...listed, isPartial: true }], unusable: [withoutDetail(listed.draft.externalId, detailed)] };
  if (!('draft' in detailed)) return { calls: [], unusable: [detailed] };
  const found = transcript === undefined ? noWords : await wordsOf(transcript, prospects, fetcher, detailed);
  return {
    calls: [{ ...detailed, transcript: found.document }],
    unusable: found.refusals.slice(0, 1).map(refused => withoutTranscript(detailed.draft.externalId, refused)),
  };
}

/** The call as it is with the detail in its document; the platform's refusal of it, or that nothing can be made of it. */
async function withDetail(
  connector: Connector,
  { key, request, as }: DetailLookup,
  fetcher: Fetcher,
  call: FetchedCall,
  prospects: PageProspects,
): Promise<FetchedCall | PlatformError | Unusable> {
  const wanted = made(() => {
    const name = key(parse(call.document));
    return name === undefined ? undefined : request(name);
  });
  if (wanted === undefined || wanted instanceof PlatformError) return wanted ?? call;
  const detail = prospects.hope(await documentOf(fetcher, wanted));
  if (detail === undefined || detail instanceof PlatformError) return detail ?? call;
  const document = addMember(call.document, as, detail);
  try {
    return { ...call, document, ...readItem(connector, document) };
  } catch (error) {
    return unreadCall(connector, { document }, error);
  }
}

/** What a connector asks with. One record that it can make nothing of, such as an id that is no text, costs no other call. */
function made<T>(make: () => T): T | PlatformError {
  try {
    return make();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'The record is not what it used to be.';
    return new PlatformError('PLATFORM_CHANGED', 'skip', why, { cause });
  }
}

interface Words {
  readonly document: Buffer | undefined;
  readonly refusals: readonly PlatformError[];
}
const noWords: Words = { document: undefined, refusals: [] };

async function wordsOf(
  { key, request }: CallLookup,
  prospects: PageProspects,
  fetcher: Fetcher,
  { draft }: FetchedCall,
): Promise<Words> {
  const documents: Buffer[] = [];
  const refusals: PlatformError[] = [];
  const wanted = made(() => [key(draft) ?? []].flat().map(request));
  if (wanted instanceof PlatformError) return { document: undefined, refusals: [wanted] };
  for (const one of wanted) {
    const found = prospects.givenUp() ?? prospects.note(await documentOf(fetcher, one));
    if (found instanceof PlatformError) refusals.push(found);
    else if (found !== undefined) documents.push(found);
  }
  return { document: joined(documents), refusals };
}

function joined(documents: readonly Buffer[]): Buffer | undefined {
  if (documents.length < 2) return documents[0];
  const comma = Buffer.from(',');
  return Buffer.concat([
    Buffer.from('['),
    ...documents.flatMap((one, i) => (i === 0 ? one : [comma, one])),
    Buffer.from(']'),
  ]);
}

/** @returns the document, undefined when there is none, or the platform's refusal of it. */
async function documentOf(
  fetcher: Fetcher,
  request: ReturnType<CallLookup['request']>,
): Promise<Buffer | PlatformError | undefined> {
  try {
    const document = await fetcher.fetch(request, 'lookup', wholeReply);
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
