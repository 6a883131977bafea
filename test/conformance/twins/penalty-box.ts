import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';

export const twin: Twin = {
  flaw: 'knocks again after a second where nobody says how long to wait',
  subject: madeUp({ http: { ...madeUpConnector.http, silentWaitSeconds: 1 } }),
};
