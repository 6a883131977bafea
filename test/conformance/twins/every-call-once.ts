import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';

export const twin: Twin = {
  flaw: 'takes the second page for the last',
  subject: withListing({
    page(reply) {
      const { after, of } = (reply as { page: { after?: string; of: number } }).page;
      return { next: after?.endsWith('-80') ? undefined : after, total: of };
    },
  }),
};
