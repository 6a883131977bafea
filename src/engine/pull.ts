import type { CallDraft, Connector, Window } from '#connector';
import type { Fetcher } from './ask.js';
import { fetchTranscripts } from './fetch-transcripts.js';
import { type Haul, type Unusable, unreadable } from './haul.js';
import { readCall } from './read-call.js';
import { readPage } from './read-page.js';
import { Trail } from './trail.js';

export interface PullOptions {
  readonly withTranscripts: boolean;
  /** The way through one slice; pass the same for its every page. */
  readonly trail?: Trail | undefined;
  /** Calls whose transcripts are not asked for: they were stored a moment ago. */
  readonly held?: Pick<ReadonlySet<string>, 'has'> | undefined;
}

/**
 * Fetches one page of a slice: the listing, then the transcripts of what it listed.
 *
 * One bad record never costs the others: it comes back as unusable, with its reason. Nothing is stored and
 * nothing is remembered but the trail; asked again with the same cursor, the same page comes again.
 *
 * @throws CursorDied when the slice must be read again from its start.
 * @throws PlatformError with what to do next as its recovery.
 */
export async function fetchPage(
  connector: Connector,
  fetcher: Fetcher,
  { from, to, cursor }: Window & { readonly cursor?: string | undefined },
  { withTranscripts, trail = new Trail(), held }: PullOptions,
): Promise<Haul> {
  const request = connector.calls.request({ from, to, cursor });
  const page = await fetcher.fetch(request, 'listing', bytes => readPage(connector.calls, bytes));
  if (page === undefined) return { calls: [], unusable: [], next: undefined, total: undefined, outside: 0 };

  const next = trail.follow(cursor, page);
  const { listed, unusable, outside } = readCalls(connector, page.items, { from, to });
  const lookup = withTranscripts ? connector.transcripts : undefined;
  const wanted = [...listed.keys()].filter(id => held?.has(id) !== true);
  const transcripts = lookup && (await fetchTranscripts(lookup, fetcher, wanted));
  return {
    calls: Array.from(listed, ([id, call]) => ({ ...call, transcript: transcripts?.documents.get(id) })),
    unusable: [...unusable, ...(transcripts?.unusable ?? [])],
    next,
    total: page.total,
    outside,
  };
}

interface ReadCalls {
  /** By external id: a call that a page lists twice counts once, the later listing being the fresher one. */
  readonly listed: ReadonlyMap<string, { readonly draft: CallDraft; readonly document: Buffer }>;
  readonly unusable: readonly Unusable[];
  readonly outside: number;
}

function readCalls(connector: Connector, items: readonly Buffer[], { from, to }: Window): ReadCalls {
  const listed = new Map<string, { draft: CallDraft; document: Buffer }>();
  const unusable = new Map<string, Unusable>();
  const start = Date.parse(from);
  const end = Date.parse(to);
  let outside = 0;
  for (const document of items) {
    try {
      const draft = readCall(connector, document);
      const at = Date.parse(draft.startedAt);
      if (at >= start && at < end) listed.set(draft.externalId, { draft, document });
      else outside++;
    } catch (error) {
      const record = unreadable('call', document, error);
      unusable.set(record.externalId, record);
    }
  }
  return { listed, unusable: [...unusable.values()], outside };
}
