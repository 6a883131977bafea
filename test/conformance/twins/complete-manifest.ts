import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';

export const twin: Twin = {
  flaw: 'goes by another name than its folder',
  subject: madeUp({ manifest: { ...madeUpConnector.manifest, id: 'made_up' } }),
};
