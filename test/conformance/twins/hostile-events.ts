import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpWebhooks } from './made-up-webhooks.js';

export const twin: Twin = {
  flaw: 'takes an event apart while it reads it',
  subject: madeUp({
    webhooks: {
      ...madeUpWebhooks,
      hints(event) {
        const hints = madeUpWebhooks.hints(event);
        delete (event as { call?: unknown }).call;
        return hints;
      },
    },
  }),
};
