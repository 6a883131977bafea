import { CallerError } from '../core/errors.js';
import type { SyncFilterInput } from './sync.type.js';

const longestSeconds = 86_400;

/** @throws CallerError INVALID_INPUT */
export function checkFilter(input: SyncFilterInput | null | undefined): Required<SyncFilterInput> {
  const { medium = null, direction = null, minDurationSeconds = null } = input ?? {};
  if (minDurationSeconds !== null && (minDurationSeconds < 1 || minDurationSeconds > longestSeconds)) {
    throw new CallerError('INVALID_INPUT', 'No call can be asked for by this length.', {
      field: 'input.filter.minDurationSeconds',
      remedy: `Give 1 to ${longestSeconds} seconds, or leave it out.`,
    });
  }
  return { medium, direction, minDurationSeconds };
}
