import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpWebhooks } from './made-up-webhooks.js';

export const twin: Twin = {
  flaw: 'believes that it was granted what it asked for, and never renews',
  subject: madeUp({
    webhooks: {
      ...madeUpWebhooks,
      setUp: { ...madeUpWebhooks.setUp, renew: { ...madeUpWebhooks.setUp.renew, request: () => ({ path: '/hooks' }) } },
    },
  }),
};
