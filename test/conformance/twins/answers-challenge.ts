import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpWebhooks } from './made-up-webhooks.js';

export const twin: Twin = {
  flaw: 'mixes up the names of what it answers',
  subject: madeUp({
    webhooks: { ...madeUpWebhooks, challenge: { ...madeUpWebhooks.challenge, reply: ['proof', 'token'] } },
  }),
};
