import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';

export const twin: Twin = {
  flaw: 'does not know how the platform says that there is nothing',
  subject: madeUp({ http: { ...madeUpConnector.http, verdicts: [] } }),
};
