import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';

let counted: number | undefined;

export const twin: Twin = {
  flaw: 'takes a count that has changed for the end of the listing',
  subject: withListing({
    page(reply) {
      const { after, of } = (reply as { page: { after?: string; of: number } }).page;
      const isSame = after?.endsWith('-40') || counted === of;
      counted = of;
      return { next: isSame ? after : undefined, total: of };
    },
  }),
};
