import type { Connector } from '#connector';
import { CallerError } from '../core/errors.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** No platform is older: whoever asks for more has mistyped a year. */
const oldest = new Date('2000-01-01T00:00:00Z');

/**
 * From when on calls are brought.
 *
 * @throws CallerError INVALID_WINDOW when it lies in the future, before all platforms, or the platform does not reach back so far.
 */
export function checkHistory({ manifest, calls }: Connector, asked: Date | null | undefined, now: Date): Date {
  const { reachesBackDays, settleHours } = calls;
  const earliest = reachesBackDays === undefined ? undefined : new Date(now.getTime() - reachesBackDays * dayMs);
  if (asked == null) {
    const usual = new Date(now.getTime() - settleHours * hourMs);
    return earliest !== undefined && earliest > usual ? earliest : usual;
  }
  if (asked >= now) {
    throw refused('The history begins in the future.', `Give a time earlier than ${now.toISOString()}.`);
  }
  if (asked < oldest) {
    throw refused('No call is as old as that.', `Give a time of ${oldest.toISOString()} at the earliest.`);
  }
  if (earliest !== undefined && asked < earliest) {
    throw refused(
      `${manifest.name} reaches back ${reachesBackDays} days only.`,
      `Give a time of ${earliest.toISOString()} at the earliest.`,
    );
  }
  return asked;
}

function refused(message: string, remedy: string): CallerError {
  return new CallerError('INVALID_WINDOW', message, { field: 'input.historyFrom', remedy });
}
