/** A mistake that importers are known for, and what in the ledger proves it. */
export interface Conviction {
  readonly crime: 'one-transcript-request-per-call' | 'cursor-in-query' | 'fixed-window-pacing' | 'no-pacing';
  readonly evidence: string;
}
