import type { Row } from './row.js';
import { accounts } from './rows/accounts.js';
import { bodies } from './rows/bodies.js';
import { paging } from './rows/paging.js';
import { records } from './rows/records.js';
import { statuses } from './rows/statuses.js';
import { transcripts } from './rows/transcripts.js';
import { wire } from './rows/wire.js';

/** Everything a platform is known to do to its callers, and how each has to end. */
export const list: readonly Row[] = [
  ...accounts,
  ...bodies,
  ...paging,
  ...records,
  ...transcripts,
  ...statuses,
  ...wire,
];
