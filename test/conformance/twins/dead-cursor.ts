import type { Twin } from '../kit.js';
import { withVerdict } from './made-up.js';

export const twin: Twin = {
  flaw: 'takes a dead cursor for the end of the listing',
  subject: withVerdict({ status: 410, verdict: 'empty' }),
};
