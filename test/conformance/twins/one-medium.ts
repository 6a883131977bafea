import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';

export const twin: Twin = {
  flaw: 'says of phone calls that all are meetings',
  subject: withListing({ medium: 'meeting' }),
};
