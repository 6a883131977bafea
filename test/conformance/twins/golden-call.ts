import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';
import { toCall } from './made-up-connector.js';

export const twin: Twin = {
  flaw: 'takes milliseconds for seconds',
  subject: withListing({
    call(item) {
      const call = item as Parameters<typeof toCall>[0];
      return { ...toCall(call), durationSeconds: call.ms };
    },
  }),
};
