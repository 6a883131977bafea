import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';

export const twin: Twin = {
  flaw: 'says that its pages are larger than they are',
  subject: withListing({ pageSize: 500 }),
};
