import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';
import { madeUpConnector, toCall } from './made-up-connector.js';

const ways = ['in', 'out'];

export const twin: Twin = {
  flaw: 'throws at a word that it does not know',
  subject: withListing({
    words: { ...madeUpConnector.calls.words, way: ways },
    call(item) {
      const call = item as Parameters<typeof toCall>[0] & { readonly way?: string };
      if (call.way !== undefined && !ways.includes(call.way)) throw new Error('The way is not known.');
      return toCall(call);
    },
  }),
};
