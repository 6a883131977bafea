export interface BucketSize {
  readonly perSecond: number;
  /** What is there after a rest. */
  readonly burst: number;
}

/** So many buckets are kept; then those used longest ago are forgotten, which fills them. */
const mostBuckets = 50_000;

interface Bucket {
  tokens: number;
  /** Milliseconds of the monotonic clock. */
  at: number;
}

/** Token buckets by name, in the memory of this process. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(readonly size: BucketSize) {}

  /** Takes so many tokens, or none when there are too few. @returns seconds until there are enough; 0 when they were taken. */
  take(name: string, tokens = 1): number {
    const bucket = this.#fill(name);
    const missing = Math.min(tokens, this.size.burst) - bucket.tokens;
    if (missing > 0) return missing / this.size.perSecond;
    bucket.tokens -= tokens;
    return 0;
  }

  /** Takes tokens that may not be there, or gives some back; as much as a burst can be owed. */
  owe(name: string, tokens: number): void {
    const bucket = this.#fill(name);
    bucket.tokens = Math.min(this.size.burst, Math.max(-this.size.burst, bucket.tokens - tokens));
  }

  /** Seconds until nothing is owed. */
  debt(name: string): number {
    // Whoever never took anything is not written down.
    return this.#buckets.has(name) ? Math.max(0, -this.#fill(name).tokens) / this.size.perSecond : 0;
  }

  #fill(name: string): Bucket {
    const now = performance.now();
    const { burst, perSecond } = this.size;
    const bucket = this.#buckets.get(name) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    // The map is kept in the order of last use.
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > mostBuckets) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    return bucket;
  }
}
