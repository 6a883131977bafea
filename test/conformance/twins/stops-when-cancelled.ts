import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';

export const twin: Twin = {
  flaw: 'takes being cancelled for an answer',
  subject: madeUp({
    check: ask => madeUpConnector.check(ask).catch(() => ({ id: 'unknown', name: 'Unknown' })),
  }),
};
