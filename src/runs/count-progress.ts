import type { Metrics } from '../core/metrics.js';
import type { RunSnapshot } from './snapshot.js';

/** Counts what a run stores in this process, as its snapshots tell. */
export class Progress {
  constructor(
    readonly metrics: Metrics,
    readonly platform: string,
    private last: Pick<RunSnapshot, 'stored' | 'unusable'>,
  ) {}

  /** Called once a stored page. Pages of several slices may be told of in another order than they were stored in. */
  count({ stored, unusable }: RunSnapshot): void {
    const { metrics, platform, last } = this;
    metrics.count('patchbay_pages_stored_total', { platform });
    metrics.count('patchbay_calls_stored_total', { platform }, Math.max(0, stored - last.stored));
    metrics.count('patchbay_calls_unusable_total', { platform }, Math.max(0, unusable - last.unusable));
    this.last = { stored: Math.max(stored, last.stored), unusable: Math.max(unusable, last.unusable) };
  }
}
