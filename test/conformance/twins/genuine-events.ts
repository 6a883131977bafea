import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpWebhooks } from './made-up-webhooks.js';

export const twin: Twin = {
  flaw: 'takes whatever arrives at its address for genuine',
  subject: madeUp({ webhooks: { ...madeUpWebhooks, authenticity: { kind: 'unguessable-url' } } }),
};
