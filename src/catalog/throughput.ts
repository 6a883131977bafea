/**
 * What an import costs in requests, and how fast the platform's own limits let it go. Derived from the connector,
 * never measured: the truth for one account also depends on what else uses its limits.
 */
import type { Connector, Limit } from '#connector';

const anyWindow = { from: '2000-01-01T00:00:00Z', to: '2000-01-02T00:00:00Z' };
const secondsPerDay = 86_400;

/** Listing and transcripts of 1,000 calls, with full pages and full batches. */
export function requestsPerThousandCalls({ calls, transcripts }: Connector): number {
  const lookups = transcripts === undefined ? 0 : Math.ceil(1000 / transcripts.batchSize);
  return Math.ceil(1000 / calls.pageSize) + lookups;
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

/** A limit without a group counts every request; one with a group only those that name it. */
function requestsPerCall(limit: Limit, { calls, transcripts }: Connector): number {
  const counts = (group: string | undefined): boolean => limit.group === undefined || limit.group === group;
  const listing = calls.request({ ...anyWindow, cursor: undefined }).group;
  const lookup = transcripts?.request({ externalIds: ['1'], cursor: undefined }).group;
  const listed = counts(listing) ? 1 / calls.pageSize : 0;
  return listed + (transcripts !== undefined && counts(lookup) ? 1 / transcripts.batchSize : 0);
}
