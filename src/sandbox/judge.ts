/**
 * The judge: reads a ledger, never the product. It measures what an importer cost the platform, and
 * convicts it of the mistakes that importers are known for.
 */
import type { SimulatedLimit, SimulatorDefinition } from '#connector';
import type { Conviction } from './conviction.js';
import { isCursor } from './digest.js';
import type { LedgerEntry } from './ledger.js';
import { pacingCrime } from './pacing.js';

export interface Judgement {
  readonly requests: number;
  readonly listRequests: number;
  readonly transcriptRequests: number;
  readonly tooMany: number;
  readonly inForbiddenTime: number;
  /** Distinct calls listed, and distinct calls whose transcript was handed out. */
  readonly calls: number;
  readonly transcripts: number;
  readonly spanSeconds: number;
  /** The time that the limit demands over the time taken, first to last arrival. Absent: too few requests, or no limit. */
  readonly efficiency?: number | undefined;
  /** More than this many requests are waste: full pages, full lookups, and a few over. */
  readonly requestsAtMost: number;
  /** Listing requests that asked for a page which had been handed out before. */
  readonly repeatedPages: number;
  /** Transcripts handed out beyond the first time. */
  readonly repeatedTranscripts: number;
  readonly convictions: readonly Conviction[];
}

export interface Rules {
  readonly limits: readonly SimulatedLimit[];
  /** Windows that the importer listed; absent: as many as there were different listings. */
  readonly windows?: number | undefined;
  readonly thrift?: SimulatorDefinition['thrift'];
}

const usualThrift = { callsPerPage: 100, transcriptsPerRequest: 100 };

export function judge(ledger: Iterable<LedgerEntry>, { limits, windows, thrift = usualThrift }: Rules): Judgement {
  const { callsPerPage, transcriptsPerRequest } = thrift;
  const shortest = limits.toSorted((a, b) => a.seconds - b.seconds)[0];
  // Files lie elsewhere, where nobody counts.
  const entries = [...ledger].filter(({ kind }) => kind !== 'file');
  const lists = entries.filter(entry => entry.kind === 'list');
  const transcripts = entries.filter(entry => entry.kind === 'transcripts');
  const calls = distinct(lists.flatMap(entry => entry.served));
  const handedOut = transcripts.flatMap(entry => entry.served);
  const pages = lists.filter(entry => entry.status === 200);
  const spanSeconds = ((entries.at(-1)?.at ?? 0) - (entries[0]?.at ?? 0)) / 1000;
  const listings = windows ?? distinct(pages.map(entry => entry.question));
  return {
    requests: entries.length,
    listRequests: lists.length,
    transcriptRequests: transcripts.length,
    tooMany: entries.filter(entry => entry.status === 429).length,
    inForbiddenTime: entries.filter(entry => entry.inForbiddenTime).length,
    calls,
    transcripts: distinct(handedOut),
    spanSeconds,
    efficiency: efficiencyOf(entries, spanSeconds, limits),
    requestsAtMost: Math.ceil(calls / callsPerPage) + Math.ceil(calls / transcriptsPerRequest) + 2 * listings + 3,
    repeatedPages: pages.length - distinct(pages.map(pageOf)),
    repeatedTranscripts: handedOut.length - distinct(handedOut),
    convictions: [
      transcriptsPerRequest === 1 ? undefined : singleTranscripts(transcripts, transcriptsPerRequest),
      lostCursor(pages),
      shortest && pacingCrime(entries, shortest),
    ].filter(crime => crime !== undefined),
  };
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}

function pageOf({ question, query, bodyDigest }: LedgerEntry): string {
  return `${question} ${JSON.stringify(query)} ${bodyDigest}`;
}

/** Refused requests needed no time, so they do not raise the floor, which the slowest of the limits sets. */
function efficiencyOf(
  entries: readonly LedgerEntry[],
  spanSeconds: number,
  limits: readonly SimulatedLimit[],
): number | undefined {
  const admitted = entries.filter(entry => entry.status !== 429);
  const floors = limits.map(({ requests, seconds, group }) => {
    const counted = group === undefined ? admitted : admitted.filter(entry => entry.group === group);
    return (Math.ceil(counted.length / requests) - 1) * seconds;
  });
  const floor = Math.max(0, ...floors);
  return floor > 0 && spanSeconds > 0 ? floor / spanSeconds : undefined;
}

/** Ten lookups are enough to tell a habit from the few odd calls that end every listing. */
function singleTranscripts(lookups: readonly LedgerEntry[], pageSize: number): Conviction | undefined {
  const single = lookups.filter(entry => entry.served.length === 1).length;
  if (lookups.length < 10 || single <= lookups.length / 2) return undefined;
  const enough = Math.ceil(lookups.reduce((sum, entry) => sum + entry.served.length, 0) / pageSize);
  const evidence = `${single} of ${lookups.length} transcript requests fetched a single transcript; ${enough} would do`;
  return { crime: 'one-transcript-request-per-call', evidence };
}

/** The cursor of a request with a body belongs in the body; elsewhere the first page comes back for ever. */
function lostCursor(pages: readonly LedgerEntry[]): Conviction | undefined {
  const lost = pages.filter(entry => entry.body !== undefined && Object.keys(entry.query).some(isCursor));
  const seen = new Set(pages.filter(entry => !lost.includes(entry)).map(entry => `${entry.question} ${entry.served}`));
  const again = lost.filter(entry => seen.has(`${entry.question} ${entry.served}`)).length;
  if (lost.length === 0) return undefined;
  const evidence = `${lost.length} requests carried the cursor in the query; ${again} of them got the first page once more`;
  return { crime: 'cursor-in-query', evidence };
}
