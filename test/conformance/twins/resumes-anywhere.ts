import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';

// Counts pages by itself: right as long as the walk is never interrupted.
let page = 0;

export const twin: Twin = {
  flaw: 'keeps its place in its own memory instead of the cursor',
  subject: withListing({
    request({ from, to, cursor }) {
      page = cursor === undefined ? 0 : page + 1;
      return { path: '/calls', query: { from, to, after: `0-${page * 40}` } };
    },
  }),
};
