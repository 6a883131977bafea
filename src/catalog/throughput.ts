/**
 * What an import costs in requests, and how fast the platform's own limits let it go. Derived from the connector,
 * never measured: the truth for one account also depends on what else uses its limits.
 */
import type { Connector, Limit } from '#connector';

const anyWindow = { from: '2000-01-01T00:00:00Z', to: '2000-01-02T00:00:00Z' };
const secondsPerDay = 86_400;

/** Listing, details and transcripts of so many calls, each with one recording, with full pages and full batches, by the best way in. */
export function requestsFor(connector: Connector, count: number, wantsTranscripts = true): number {
  const { calls, detailOfCall, transcripts, transcriptOfCall } = connector;
  const lookups =
    !wantsTranscripts || bringsAlong(connector)
      ? 0
      : transcriptOfCall === undefined
        ? Math.ceil(count / (transcripts?.batchSize ?? Number.POSITIVE_INFINITY))
        : count;
  return Math.ceil(count / calls.pageSize) + (detailOfCall === undefined ? 0 : count) + lookups;
}

/** Whether the listing brings the transcripts along, for those who come in by the best way. */
function bringsAlong({ auth, calls }: Connector): boolean {
  return calls.inlineTranscript !== undefined && !auth[0].lacks?.includes('inline-transcripts');
}

/** Calls with transcripts in a day, by the tightest limit, for one credential. Undefined when no limit is published. */
export function callsPerDayAtMost(connector: Connector): number | undefined {
  const ceilings = connector.limits.map(limit => callsWithin(limit, connector)).filter(Number.isFinite);
  return ceilings.length === 0 ? undefined : Math.min(...ceilings);
}

function callsWithin(limit: Limit, connector: Connector): number {
  const requestsPerDay = (limit.requests * secondsPerDay) / limit.seconds;
  // Sums of shares such as 1/100 are a hair off, and would cost a whole call when rounded down.
  return Math.floor(requestsPerDay / requestsPerCall(limit, connector) + 1e-6);
}

/** What a call with a transcript costs of a limit. One without a group counts every request; one with a group only those that name it. */
export function requestsPerCall(limit: Pick<Limit, 'group'>, connector: Connector, wantsTranscripts = true): number {
  const counts = (group: string | undefined): boolean => limit.group === undefined || limit.group === group;
  const withTranscripts = wantsTranscripts && bringsAlong(connector);
  const listing = connector.calls.request({ ...anyWindow, cursor: undefined, withTranscripts }).group;
  const listed = counts(listing) ? 1 / connector.calls.pageSize : 0;
  const detail = connector.detailOfCall?.request('1');
  const detailed = detail !== undefined && counts(detail.group) ? 1 : 0;
  const lookup = withTranscripts || !wantsTranscripts ? undefined : lookupOf(connector);
  return listed + detailed + (lookup !== undefined && counts(lookup.group) ? 1 / lookup.calls : 0);
}

/** How long so many calls take at the least, in seconds, when nothing else uses these limits. */
export function leastSeconds(
  connector: Connector,
  limits: readonly Limit[],
  { calls, withTranscripts }: { readonly calls: number; readonly withTranscripts: boolean },
): number {
  return Math.max(
    0,
    ...limits.map(limit => {
      const needed = Math.ceil(calls * requestsPerCall(limit, connector, withTranscripts));
      // What a limit allows at once costs no time; after that it allows as much again in each of its stretches.
      return Math.max(0, Math.ceil(needed / limit.requests) - 1) * limit.seconds;
    }),
  );
}

function lookupOf({
  transcripts,
  transcriptOfCall,
}: Connector): { group: string | undefined; calls: number } | undefined {
  if (transcriptOfCall !== undefined) return { group: transcriptOfCall.request('1').group, calls: 1 };
  if (transcripts === undefined) return undefined;
  return { group: transcripts.request({ externalIds: ['1'], cursor: undefined }).group, calls: transcripts.batchSize };
}
