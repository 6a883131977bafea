import type { Twin } from '../kit.js';
import { withVerdict } from './made-up.js';

export const twin: Twin = {
  flaw: 'takes "slow down" for a fault and tries again at once',
  subject: withVerdict({ status: 429, verdict: 'retry' }),
};
