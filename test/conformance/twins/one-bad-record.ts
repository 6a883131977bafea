import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';
import { toCall } from './made-up-connector.js';

export const twin: Twin = {
  flaw: 'makes up what a broken record lacks',
  subject: withListing({
    call(item) {
      const call = item as Parameters<typeof toCall>[0];
      return toCall({ ...call, people: call.people ?? [] });
    },
  }),
};
