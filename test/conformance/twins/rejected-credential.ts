import type { Twin } from '../kit.js';
import { withVerdict } from './made-up.js';

export const twin: Twin = {
  flaw: 'tries a rejected credential again',
  subject: withVerdict({ status: 401, verdict: 'retry' }),
};
