import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';

export const twin: Twin = {
  flaw: 'asks for everything up to the end of the window',
  subject: withListing({
    request: ({ to, cursor }) => ({ path: '/calls', query: { from: '1970-01-01T00:00:00.000Z', to, after: cursor } }),
  }),
};
