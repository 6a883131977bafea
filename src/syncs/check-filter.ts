import type { Connector } from '#connector';
import { CallerError } from '../core/errors.js';
import { checkInput, emailAddress } from '../customers/index.js';
import type { SyncFilterInput } from './sync.type.js';

const longestSeconds = 86_400;
const mostUsers = 100;

/** @throws CallerError INVALID_INPUT, also when no call of the platform can ever be of this medium. */
export function checkFilter(
  input: SyncFilterInput | null | undefined,
  { manifest, calls }: Connector,
): Required<SyncFilterInput> {
  const { medium = null, direction = null, minDurationSeconds = null } = input ?? {};
  if (medium !== null && calls.medium !== undefined && medium !== calls.medium) {
    throw new CallerError('INVALID_INPUT', `${manifest.name} has no calls of this medium.`, {
      field: 'input.filter.medium',
      remedy: 'Leave it out: all its calls are of the other one.',
    });
  }
  const users = checkUsers(input?.users);
  if (minDurationSeconds !== null && (minDurationSeconds < 1 || minDurationSeconds > longestSeconds)) {
    throw new CallerError('INVALID_INPUT', 'No call can be asked for by this length.', {
      field: 'input.filter.minDurationSeconds',
      remedy: `Give 1 to ${longestSeconds} seconds, or leave it out.`,
    });
  }
  return { medium, direction, minDurationSeconds, users };
}

/** In one order, so that the same users are the same filter. */
function checkUsers(users: readonly string[] | null | undefined): string[] | null {
  if (users == null) return null;
  const distinct = [...new Set(users.map(user => checkInput(emailAddress, user, 'input.filter.users').toLowerCase()))];
  if (distinct.length >= 1 && distinct.length <= mostUsers) return distinct.toSorted();
  throw new CallerError('INVALID_INPUT', 'These are too many users, or none.', {
    field: 'input.filter.users',
    remedy: `Name 1 to ${mostUsers} of them, or leave it out for all.`,
  });
}
