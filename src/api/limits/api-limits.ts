import type { BucketSize } from './buckets.js';

/** What one client may do in one process of the API. Documents have limits of their own. */
export interface ApiLimits {
  /** Of one API key: each operation takes a token, and one more for every 1,000 points of its cost. */
  readonly key: BucketSize;
  /** Of one neighbourhood of addresses: what came without an API key that works; and, by itself, what came back from no platform. */
  readonly strangers: BucketSize;
  /** Of one API key: bodies and documents that cannot be run. Whoever has used this up waits before anything is read. */
  readonly misuse: BucketSize;
  /** Of one link that works: looks at the connect page. Of one neighbourhood of addresses: looks at what is no such link, at five each. */
  readonly visits: BucketSize;
  /** Of one address at which a platform tells of calls. */
  readonly events: BucketSize;
  readonly socketsPerKey: number;
  /** Queries, mutations and subscriptions that run on one socket side by side. */
  readonly operationsPerSocket: number;
  /** Of one socket: whatever it says. */
  readonly messages: BucketSize;
  /** For a query or mutation, unless it asks a platform. */
  readonly deadlineMs: number;
}

export const apiLimits: ApiLimits = {
  key: { perSecond: 100, burst: 500 },
  strangers: { perSecond: 5, burst: 50 },
  misuse: { perSecond: 0.5, burst: 30 },
  visits: { perSecond: 2, burst: 100 },
  events: { perSecond: 1_000, burst: 5_000 },
  socketsPerKey: 10,
  operationsPerSocket: 20,
  messages: { perSecond: 50, burst: 200 },
  deadlineMs: 10_000,
};
