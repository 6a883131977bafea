import { expect, test } from 'vitest';
import type { SpanOptions, Traces } from '../../src/core/traces.js';
import { noTraces } from '../../src/core/traces.js';
import { PageSpans } from '../../src/runs/page-spans.js';

test('a trace has an end: pages of a long run are traces of their own in the end', async () => {
  const seen: SpanOptions[] = [];
  const traces: Traces = {
    ...noTraces,
    span(name, options, work) {
      seen.push(options);
      return noTraces.span(name, options, work);
    },
  };
  const lease = { runId: 'r', customerId: 'c', epoch: 1 };
  const spans = new PageSpans(traces, { lease, connectionId: 'n', platform: 'p', importId: null });
  for (let n = 0; n < 502; n++) expect(await spans.page(async () => n)).toBe(n);

  expect(seen.slice(0, 500).filter(options => 'parent' in options)).toEqual([]);
  expect(seen.slice(500)).toMatchObject([
    { parent: null, links: [undefined] },
    { parent: null, links: [undefined] },
  ]);
});
