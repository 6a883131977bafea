import { traceparent, type Traces } from '../core/traces.js';
import type { PageTarget } from './store-page.js';

/** What shows traces gives up on those without end: after so many pages, each is a trace of its own, with a link to its run. */
const mostInOneTrace = 500;

/** A page of a run with all that is done for it: its requests, and storing it. */
export class PageSpans {
  #count = 0;

  constructor(
    readonly traces: Traces,
    readonly target: Pick<PageTarget, 'lease' | 'connectionId' | 'platform' | 'importId'>,
  ) {}

  page<T>(work: () => Promise<T>): Promise<T> {
    const { lease, connectionId, platform, importId } = this.target;
    this.#count += 1;
    const apart = this.#count > mostInOneTrace ? { parent: null, links: [traceparent()] } : {};
    const attributes = {
      'patchbay.run.id': lease.runId,
      'patchbay.customer.id': lease.customerId,
      'patchbay.connection.id': connectionId,
      'patchbay.import.id': importId ?? undefined,
      'patchbay.platform': platform,
    };
    return this.traces.span('page', { ...apart, attributes }, work);
  }
}
