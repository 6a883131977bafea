import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';

export const twin: Twin = {
  flaw: 'counts the calls of the first page only',
  subject: madeUp({
    preview: {
      request: ({ from, to }) => ({ path: '/calls', query: { from, to } }),
      count: reply => (reply as { page: { calls: unknown[] } } | undefined)?.page.calls.length ?? 0,
    },
  }),
};
