import type { Connector } from '#connector';
import { CallerError } from '../core/errors.js';

const dayMs = 86_400_000;
/** Clocks differ a little; "now" as the caller sees it is accepted. */
const clockToleranceMs = 60_000;

/**
 * Whether a stretch of calls can be read: half-open, in the past, and as far back as the platform reaches.
 *
 * @returns it, cut at now.
 * @throws CallerError INVALID_WINDOW for `input.from` or `input.to`
 */
export function checkWindow({ manifest, calls }: Connector, { from, to }: { from: Date; to: Date }, now: Date) {
  if (from >= to) {
    throw invalidWindow('input.to', 'The window ends before it begins.', 'Give a `to` that is later than `from`.');
  }
  if (to.getTime() > now.getTime() + clockToleranceMs) {
    throw invalidWindow(
      'input.to',
      'The window reaches into the future.',
      `Give a \`to\` of ${now.toISOString()} at the latest.`,
    );
  }
  // Possible within the tolerance: what is left of the window after it was cut at now.
  if (from >= now) {
    throw invalidWindow(
      'input.from',
      'The window lies in the future.',
      `Give a \`from\` that is earlier than ${now.toISOString()}.`,
    );
  }
  const { reachesBackDays = Number.POSITIVE_INFINITY } = calls;
  if (from.getTime() < now.getTime() - reachesBackDays * dayMs) {
    const reach = new Date(now.getTime() - reachesBackDays * dayMs);
    throw invalidWindow(
      'input.from',
      `${manifest.name} reaches back ${reachesBackDays} days only.`,
      `Give a \`from\` of ${reach.toISOString()} at the earliest.`,
    );
  }
  return { from, to: to < now ? to : now };
}

function invalidWindow(field: string, message: string, remedy: string): CallerError {
  return new CallerError('INVALID_WINDOW', message, { field, remedy });
}
