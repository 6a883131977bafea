import { PlatformError } from '../core/errors.js';
import { sliceReply } from './slice-json.js';

interface ReadPage {
  readonly items: readonly Buffer[];
  readonly next?: string | undefined;
  readonly total?: number | undefined;
}

/** The parts of a connector's listing and lookup that read a reply. */
interface PageReader {
  readonly items: readonly string[];
  page(reply: unknown): { readonly next?: string | undefined; readonly total?: number | undefined };
}

/** @throws PlatformError PLATFORM_CHANGED when the reply is broken, or is not what the connector knows. */
export function readPage(reader: PageReader, bytes: Buffer): ReadPage {
  const { items, rest } = sliceReply(bytes, reader.items);
  try {
    const { next, total } = reader.page(rest);
    if (next !== undefined && !isCursor(next)) throw new Error('The cursor is not a text that can be kept.');
    return { items, next, total: believable(total) };
  } catch (cause) {
    throw new PlatformError('PLATFORM_CHANGED', 'stop', 'The reply around the list is not what it used to be.', {
      remedy: 'The platform seems to have changed its interface; a newer version of this hub may know the change.',
      cause,
    });
  }
}

const longestCursor = 65_536;

/** It is kept in the database until the next page is stored, and has to come back as it was. */
function isCursor(next: unknown): boolean {
  return typeof next === 'string' && next.length <= longestCursor && next.isWellFormed() && !next.includes('\0');
}

const mostCalls = 10_000_000;

/** A platform's own count, or undefined when it is none. */
export function believable(total: number | undefined): number | undefined {
  return total !== undefined && Number.isInteger(total) && total >= 0 && total <= mostCalls ? total : undefined;
}
