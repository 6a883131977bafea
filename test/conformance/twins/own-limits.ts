import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';

export const twin: Twin = {
  flaw: 'claims to be allowed more than the platform allows',
  subject: madeUp({ limits: [{ requests: 10, seconds: 1, owner: 'company' }] }),
};
