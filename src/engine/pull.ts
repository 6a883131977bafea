import type { CallDraft, Connector, Lack, Window } from '#connector';
import type { Fetcher } from './ask.js';
import { fetchEach, type Lookups } from './fetch-each.js';
import { fetchTranscripts } from './fetch-transcripts.js';
import { FilterRefused } from './filter-refused.js';
import { type FetchedCall, type Haul, type PartOfHaul, type Unusable, unreadCall } from './haul.js';
import { Prospects } from './prospects.js';
import { readItem } from './read-call.js';
import { readPage } from './read-page.js';
import { cutMember } from './slice-json.js';
import { Trail } from './trail.js';

export interface PullOptions {
  readonly withTranscripts: boolean;
  /** Calls that are not wanted are dropped. Default: all are. */
  readonly wants?: ((call: CallDraft) => boolean) | undefined;
  /** Asked once a page, before anything more is asked for its calls. */
  readonly known?: ((listed: readonly FetchedCall[]) => Promise<Known>) | undefined;
  /** Told once a page of all that it lists, wanted or not, by external id. */
  readonly listed?: ((externalIds: readonly string[]) => Promise<void>) | undefined;
  /** Default: true. */
  readonly withDetails?: boolean | undefined;
  /** What the way in to the account does not allow. */
  readonly lacks?: readonly Lack[] | undefined;
  /** The way through one slice; pass the same for its every page. */
  readonly trail?: Trail | undefined;
  /** Calls of which nothing more is asked for: they were stored a moment ago. */
  readonly held?: Pick<ReadonlySet<string>, 'has'> | undefined;
  readonly parts?: Parts | undefined;
  /** What lookups of single calls have come to so far; pass the same for all pages of a run. */
  readonly prospects?: Prospects | undefined;
}

/** What is known already of the calls of a page, by external id. */
export interface Known {
  /** Nothing is new about these: they are left out. */
  readonly unchanged: ReadonlySet<string>;
  /** The transcripts of these are not asked for again. */
  readonly told: ReadonlySet<string>;
}

const nothingKnown: Known = { unchanged: new Set(), told: new Set() };

/** What to do while the calls of a page are looked up one by one, which may take minutes. */
export interface Parts {
  /** Stores what is there already, so that a crash does not fetch it again. */
  keep(part: PartOfHaul): Promise<void>;
  /** Of these calls, those that the run has kept before: nothing of them is asked for again. */
  kept(externalIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A crash costs no more lookups than this for each page in hand. */
const lookupsPerPart = 20;

/**
 * Fetches one page of a slice: the listing, then the transcripts of what it listed.
 *
 * One bad record never costs the others: it comes back as unusable, with its reason. Nothing is
 * remembered but the trail; asked again with the same cursor, the same page comes again.
 *
 * @throws CursorDied when the slice must be read again from its start.
 * @throws PlatformError with what to do next as its recovery.
 */
export async function fetchPage(
  connector: Connector,
  fetcher: Fetcher,
  slice: Window & { readonly cursor?: string | undefined },
  options: PullOptions,
): Promise<Haul> {
  const { withTranscripts, wants, withDetails = true, lacks, trail = new Trail(), held, parts } = options;
  const { prospects = new Prospects() } = options;
  const inline =
    withTranscripts && !lacks?.includes('inline-transcripts') ? connector.calls.inlineTranscript : undefined;
  const place = placeOf(connector.calls.parts, slice.cursor);
  const list = (unfiltered: boolean) => {
    const request = connector.calls.request({
      ...widened(connector, slice),
      ...{ cursor: place.cursor, part: place.part, withTranscripts: inline !== undefined, unfiltered },
    });
    return fetcher.fetch(request, 'listing', bytes => readPage(connector.calls, bytes));
  };
  const page = await list(prospects.isUnfiltered).catch((error: unknown) => {
    if (!(error instanceof FilterRefused) || prospects.isUnfiltered) throw error;
    prospects.isUnfiltered = true;
    return list(true);
  });
  const next = trail.follow(slice.cursor, { items: [], ...page, next: place.after(page?.next) });
  if (page === undefined) return { calls: [], unusable: [], next, total: undefined, outside: 0 };

  const { listed, unusable, outside, ids } = readCalls(connector, page.items, slice, { inline, wants });
  if (ids.length > 0) await options.listed?.(ids);
  // What a list counts is not what the slice holds, where it takes several lists.
  const whole = { next, total: place.part === undefined ? page.total : undefined, outside };
  const words: Pick<Connector, 'transcripts' | 'transcriptOfCall'> =
    withTranscripts && inline === undefined ? connector : {};
  const all = [...listed.values()];
  const { unchanged, told } = (all.length > 0 ? await options.known?.(all) : undefined) ?? nothingKnown;
  const calls = all.filter(({ draft }) => !unchanged.has(draft.externalId));
  const detail = withDetails ? connector.detailOfCall : undefined;
  if (detail !== undefined || words.transcriptOfCall !== undefined) {
    const lookups = { connector, detail, transcript: words.transcriptOfCall, prospects: prospects.page() };
    // What has changed in the list may have changed in its details.
    const spared = detail === undefined ? either(held, told) : held;
    const last = await inParts(lookups, { fetcher, held: spared, parts }, calls);
    return { calls: last.calls, unusable: [...unusable, ...last.unusable], ...whole };
  }
  if (words.transcripts === undefined) return { calls, unusable, ...whole };
  const wanted = calls.map(({ draft }) => draft.externalId).filter(id => !either(held, told).has(id));
  // What is kept until it can be read is to be a whole call then.
  const unread = unusable.flatMap(({ externalId, isNamed }) =>
    isNamed && !wanted.includes(externalId) ? [externalId] : [],
  );
  const found = await fetchTranscripts(words.transcripts, fetcher, [...wanted, ...unread]);
  const kept = unusable.map(one => withWords(one, found.documents.get(one.externalId)));
  const refused = found.unusable.filter(({ externalId }) => !unread.includes(externalId));
  return { calls: withDocuments(calls, found.documents), unusable: [...kept, ...refused], ...whole };
}

function either(held: PullOptions['held'], told: ReadonlySet<string>): Pick<ReadonlySet<string>, 'has'> {
  return { has: id => held?.has(id) === true || told.has(id) };
}

/** Where in a listing of several parts a cursor of ours leads: the number of the part, and the platform's own cursor in it. */
function placeOf(parts: readonly string[] | undefined, cursor: string | undefined) {
  if (parts === undefined) return { part: undefined, cursor, after: (next: string | undefined) => next };
  const [number = '', own = ''] = cursor === undefined ? ['0'] : [cursor.split(' ', 1)[0], cursor.replace(/^\d+ /, '')];
  const at = Number(number);
  return {
    part: parts[at],
    cursor: own === '' ? undefined : own,
    after(next: string | undefined): string | undefined {
      if (next !== undefined && next !== '') return `${at} ${next}`;
      return at + 1 < parts.length ? `${at + 1} ` : undefined;
    },
  };
}

/** Looks calls up one by one, and keeps what is there every few. @returns what is left to be kept. */
async function inParts(
  lookups: Lookups,
  { fetcher, held, parts }: { readonly fetcher: Fetcher } & Pick<PullOptions, 'held' | 'parts'>,
  listed: readonly FetchedCall[],
): Promise<PartOfHaul> {
  const wanted = listed.map(({ draft }) => draft.externalId).filter(id => held?.has(id) !== true);
  const kept = wanted.length === 0 ? undefined : await parts?.kept(wanted);
  const open = new Set(wanted.filter(id => kept?.has(id) !== true));
  const rest = listed.filter(({ draft }) => open.has(draft.externalId));
  // Without their details, calls would be stored over what is known of them.
  const known = lookups.detail === undefined ? listed.filter(({ draft }) => !open.has(draft.externalId)) : [];
  let part: PartOfHaul = { calls: known, unusable: [] };
  while (rest.length > 0) {
    const calls = rest.splice(0, parts === undefined ? rest.length : lookupsPerPart);
    const found = await fetchEach(lookups, fetcher, calls);
    part = { calls: [...part.calls, ...found.calls], unusable: [...part.unusable, ...found.unusable] };
    if (found.error !== undefined && found.calls.length + found.unusable.length === 0) throw found.error;
    if (found.error === undefined && rest.length === 0) break;
    // What was paid for is kept, whatever ended the work; that it could not be kept says less than why.
    const keeping = parts?.keep(part) ?? Promise.resolve();
    await (found.error === undefined ? keeping : keeping.catch(() => undefined));
    if (found.error !== undefined) throw found.error;
    part = { calls: [], unusable: [] };
  }
  return part;
}

function withDocuments(calls: readonly FetchedCall[], documents: ReadonlyMap<string, Buffer>): FetchedCall[] {
  return calls.map(call => ({ ...call, transcript: documents.get(call.draft.externalId) }));
}

function withWords(unread: Unusable, transcript: Buffer | undefined): Unusable {
  return unread.record === undefined ? unread : { ...unread, record: { ...unread.record, transcript } };
}

const hourMs = 3_600_000;

/** The window as the listing has to be asked for it. */
function widened({ calls: { marginHours } }: Connector, { from, to }: Window): Window {
  if (marginHours === undefined) return { from, to };
  return {
    from: new Date(Date.parse(from) - marginHours.before * hourMs).toISOString(),
    to: new Date(Date.parse(to) + marginHours.after * hourMs).toISOString(),
  };
}

interface ReadCalls {
  /** By external id: a call that a page lists twice counts once, the later listing being the fresher one. */
  readonly listed: ReadonlyMap<string, FetchedCall>;
  readonly unusable: readonly Unusable[];
  readonly outside: number;
  /** Of every call that could be read. */
  readonly ids: readonly string[];
}

/** @param options key of the transcripts that came along, and which calls are wanted. */
function readCalls(
  connector: Connector,
  items: readonly Buffer[],
  { from, to }: Window,
  { inline, wants }: { readonly inline: string | undefined; readonly wants: PullOptions['wants'] },
): ReadCalls {
  const listed = new Map<string, FetchedCall>();
  const unusable = new Map<string, Unusable>();
  const start = Date.parse(from);
  const end = Date.parse(to);
  let outside = 0;
  const ids: string[] = [];
  for (const item of items) {
    // Most of a page is transcripts, which nobody reads now.
    const { rest: document, value: transcript } = inline === undefined ? { rest: item } : cutMember(item, inline);
    try {
      const { draft, newWords } = readItem(connector, document);
      const at = Date.parse(draft.startedAt);
      ids.push(draft.externalId);
      if (at >= start && at < end && (wants === undefined || wants(draft)))
        listed.set(draft.externalId, { draft, document, transcript, newWords });
      else outside++;
    } catch (error) {
      const record = unreadCall(connector, { document, transcript }, error);
      unusable.set(record.externalId, record);
    }
  }
  return { listed, unusable: [...unusable.values()], outside, ids };
}
