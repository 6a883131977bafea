/**
 * The ledger: every request that ever arrived, and what became of it. Judges ask it, and never the
 * product, whether the product behaved. Bodies are not kept, and served ids only once each, so that
 * 100,000 entries fit in some tens of megabytes.
 */
export interface LedgerEntry {
  /** The first request is 1. */
  readonly n: number;
  /** Milliseconds on a clock that never jumps, when the head of the request arrived. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The group of limits that counted it besides the others. */
  readonly group?: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  /** SHA-256 of the canonical body; absent without one. */
  readonly bodyDigest?: string | undefined;
  /** The body, long lists and texts shortened. */
  readonly body?: unknown;
  /** Shared by the requests for the pages of one listing. */
  readonly question: string;
  /** What was asked, in the simulator's words, such as `list`; `limited` for a 429. */
  readonly kind: string;
  /** 0: nothing was answered, or not to its end. */
  readonly status: number;
  /** External ids handed out, in order. */
  readonly served: readonly string[];
  readonly fault?: string | undefined;
  /** Milliseconds after the moment when the limits gave way; negative: too early; absent: never in reach of a limit. */
  readonly lateByMs?: number | undefined;
  /** It arrived although an earlier 429 had said not to come yet. */
  readonly inForbiddenTime: boolean;
}

export type Arrival = Pick<LedgerEntry, 'at' | 'method' | 'path' | 'group' | 'lateByMs' | 'inForbiddenTime'>;
export type Asked = Pick<LedgerEntry, 'query' | 'bodyDigest' | 'body' | 'question'>;
export interface Outcome {
  readonly kind: string;
  readonly status: number;
  readonly served?: readonly string[] | undefined;
  readonly fault?: string | undefined;
}

export interface Ledger {
  /** Notes an arrival; the rest is filled in when it is known. Gives the entry's number. */
  arrived(arrival: Arrival): number;
  asked(n: number, asked: Asked): void;
  answered(n: number, outcome: Outcome): void;
  /** Forgets everything; numbers go on. */
  reset(): void;
  /** Entries after the number, oldest first. */
  entries(after?: number): Iterable<LedgerEntry>;
}

type Kept = { -readonly [Key in keyof Omit<LedgerEntry, 'served'>]: LedgerEntry[Key] } & { served: Int32Array };

const nothing = new Int32Array(0);

export function openLedger(): Ledger {
  const ids: string[] = [];
  const places = new Map<string, number>();
  let kept: Kept[] = [];
  let forgotten = 0;

  const place = (id: string): number => {
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, ids.length);
    return ids.push(id) - 1;
  };
  return {
    arrived(arrival) {
      const n = forgotten + kept.length + 1;
      kept.push({ n, ...arrival, query: {}, question: '', kind: 'unanswered', status: 0, served: nothing });
      return n;
    },
    asked(n, asked) {
      Object.assign(kept[n - forgotten - 1] ?? {}, asked);
    },
    answered(n, { kind, status, served, fault }) {
      const entry = kept[n - forgotten - 1];
      if (!entry) return;
      Object.assign(entry, { kind, status, fault });
      entry.served = served ? Int32Array.from(served, place) : nothing;
    },
    reset() {
      forgotten += kept.length;
      kept = [];
    },
    *entries(after = 0) {
      for (const entry of kept.slice(Math.max(0, after - forgotten))) {
        yield { ...entry, served: Array.from(entry.served, index => ids[index] ?? '') };
      }
    },
  };
}
