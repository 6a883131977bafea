import { CallerError } from './errors.js';

/** What a list query takes. `first` is at most 100; `after` is the `endCursor` of the page before. */
export interface PageRequest {
  readonly first: number;
  readonly after?: string | undefined;
}

const largestPage = 100;

/** Marks a place in a list that is ordered by a time and an id; stable while rows come and go. */
export interface PagePosition {
  readonly at: Date;
  readonly id: string;
}

export function encodeCursor({ at, id }: PagePosition): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');
}

/** @throws CallerError INVALID_INPUT when the cursor is not one of ours. */
export function decodeCursor(cursor: string): PagePosition {
  const [at, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  // Only the form that is given out: JavaScript knows times that the database does not.
  const time = new Date(/^\d{4}-.{18}Z$/.test(at ?? '') ? (at as string) : Number.NaN);
  // An id, or a place in a trail.
  const isPlace = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{36})$/.test(id ?? '');
  if (Number.isNaN(time.getTime()) || !isPlace) throw foreignCursor();
  return { at: time, id: id as string };
}

/** The cursor is not of this list. */
export function foreignCursor(): CallerError {
  return new CallerError('INVALID_INPUT', 'The cursor is not one that this list gave out.', {
    field: 'after',
    remedy: 'Pass `pageInfo.endCursor` of the page before, or leave `after` out to begin at the start.',
  });
}

/** @throws CallerError INVALID_INPUT when `first` is not between 1 and 100. */
export function checkPageSize(first: number): void {
  if (first >= 1 && first <= largestPage) return;
  throw new CallerError('INVALID_INPUT', `\`first\` must be between 1 and ${largestPage}.`, {
    field: 'first',
    remedy: `Ask for at most ${largestPage} at a time and go on with \`after\`.`,
  });
}
