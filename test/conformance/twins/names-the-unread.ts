import type { Twin } from '../kit.js';
import { withListing } from './made-up.js';

export const twin: Twin = {
  flaw: 'takes the start of a call for its id where it cannot read the rest',
  subject: withListing({ idPath: ['at'] }),
};
