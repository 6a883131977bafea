import { createHash } from 'node:crypto';
import { PlatformError } from '../core/errors.js';

/**
 * Notices a cursor that does not move or leads back, which would make a listing endless.
 *
 * Only cursors that were asked with are remembered, so a page may be asked for again, as after a crash.
 * `seen` lives as long as the walk through one slice, and is forgotten when the slice starts anew.
 */
export function followCursor(
  seen: Set<string>,
  asked: string | undefined,
  next: string | undefined,
): string | undefined {
  // The first page is asked for without a cursor; some platforms end a listing with an empty one.
  if (asked !== undefined) seen.add(fingerprint(asked));
  if (next === undefined || next === '') return undefined;
  if (!seen.has(fingerprint(next))) return next;
  throw new PlatformError('PLATFORM_CHANGED', 'stop', 'The platform leads from page to page without getting further.', {
    remedy: 'A newer version of this hub may know how the platform pages now.',
  });
}

/** Cursors may be long, and a slice may have many. */
function fingerprint(cursor: string): string {
  return cursor.length <= 32 ? cursor : createHash('sha256').update(cursor).digest('base64url');
}
