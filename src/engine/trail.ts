import { createHash } from 'node:crypto';
import { PlatformError } from '../core/errors.js';

/** So many pages in a row that bring nothing new are no listing any more. */
const mostBarrenPages = 10;
/** A platform's count may be behind by this much, beside being half of the truth. */
const toleratedCalls = 1_000;
/** For platforms that do not count. */
const mostPages = 50_000;

/**
 * The way through one slice or one lookup, and the end of a way that has none: cursors that stand still or lead
 * back, pages that repeat themselves, listings that go on far beyond what the platform counted.
 */
export class Trail {
  readonly #cursors = new Set<string>();
  readonly #pages = new Set<string>();
  #barren = 0;
  #listed = 0;
  #counted: number | undefined;

  /**
   * Notes a page and says where the next one is. Only cursors that were asked with are remembered, so a page may be
   * asked for again, as after a crash.
   * @throws PlatformError PLATFORM_CHANGED (`stop`).
   */
  follow(
    asked: string | undefined,
    {
      next,
      items,
      total,
    }: { readonly next?: string | undefined; readonly items: readonly Buffer[]; readonly total?: number | undefined },
  ): string | undefined {
    // The first page is asked for without a cursor; some platforms end a listing with an empty one.
    if (asked !== undefined) this.#cursors.add(fingerprint(asked));
    if (next === undefined || next === '') return undefined;
    this.#count(items, total);
    if (this.#isLost() || this.#cursors.has(fingerprint(next))) throw lost();
    return next;
  }

  /** The way begins anew. */
  forget(): void {
    this.#cursors.clear();
    this.#pages.clear();
    this.#barren = 0;
    this.#listed = 0;
  }

  #count(items: readonly Buffer[], total: number | undefined): void {
    const hash = createHash('sha256');
    for (const item of items) hash.update(item);
    const page = items.length === 0 ? '' : hash.digest('base64url');
    this.#barren = page === '' || this.#pages.has(page) ? this.#barren + 1 : 0;
    this.#pages.add(page);
    this.#listed += items.length;
    if (total !== undefined) this.#counted = Math.max(total, this.#counted ?? 0);
  }

  #isLost(): boolean {
    if (this.#barren >= mostBarrenPages || this.#pages.size > mostPages) return true;
    return this.#counted !== undefined && this.#listed > 2 * this.#counted + toleratedCalls;
  }
}

function lost(): PlatformError {
  return new PlatformError(
    'PLATFORM_CHANGED',
    'stop',
    'The platform leads from page to page without getting further.',
    {
      remedy: 'A newer version of this hub may know how the platform pages now.',
    },
  );
}

/** Cursors may be long, and a slice may have many. */
function fingerprint(cursor: string): string {
  return cursor.length <= 32 ? cursor : createHash('sha256').update(cursor).digest('base64url');
}
