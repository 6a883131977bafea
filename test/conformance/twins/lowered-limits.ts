import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';

export const twin: Twin = {
  flaw: 'looks for the limit in another header',
  subject: madeUp({ http: { ...madeUpConnector.http, quotaHeaders: { limit: 'x-allowed' } } }),
};
