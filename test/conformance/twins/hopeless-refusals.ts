import type { Twin } from '../kit.js';
import { withVerdict } from './made-up.js';

export const twin: Twin = {
  flaw: 'asks a refused question again and again',
  subject: withVerdict({ status: 422, verdict: 'retry' }),
};
