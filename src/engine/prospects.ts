import { PlatformError } from '../core/errors.js';

/** So many refusals before the first success are not about single calls. */
const hopelessRefusals = 16;
/** The same of refusals that nobody foresaw: what we ask is wrong, and nothing is gained by asking on. */
const unforeseenAtMost = 10;

/**
 * Whether lookups of single calls have a prospect. A credential that may see no transcript at all is refused for every
 * call, which would cost a request each. So one page of a run is given up after some refusals, and later pages after one;
 * a single success means that refusals are about the calls they name. Where the platform refuses for no foreseen reason, the
 * work stops instead: a mended hub goes on from there.
 */
export class Prospects {
  #isGood = false;
  #isPoor = false;
  readonly #unforeseen = { detail: 0, transcript: 0 };
  /** The platform has refused to filter its listing. */
  isUnfiltered = false;

  /** Those of one page. */
  page(): PageProspects {
    let refusals = 0;
    let given: PlatformError | undefined;
    return {
      givenUp: () => given,
      hope: found => this.#hope('detail', found),
      note: found => {
        if (!(found instanceof PlatformError)) this.#isGood ||= found !== undefined;
        else if (
          !this.#isGood &&
          found.code === 'PERMISSION_MISSING' &&
          (++refusals >= hopelessRefusals || this.#isPoor)
        ) {
          this.#isPoor = true;
          given ??= found;
        }
        return this.#hope('transcript', found);
      },
    };
  }

  #hope<T>(of: 'detail' | 'transcript', found: T | PlatformError): T | PlatformError {
    if (!(found instanceof PlatformError)) this.#unforeseen[of] = Number.NEGATIVE_INFINITY;
    else if (found.code === 'LOOKUP_REFUSED' && ++this.#unforeseen[of] >= unforeseenAtMost)
      throw allRefused(unforeseenAtMost, found);
    return found;
  }
}

/** @param count how many lookups there were, all of them refused as the last one was. */
export function allRefused(count: number, last: PlatformError): PlatformError {
  return new PlatformError(
    'PLATFORM_CHANGED',
    'stop',
    `Of the first ${count} lookups all were refused: ${last.message}`,
    {
      remedy: 'The platform may have changed its interface; a newer version of this hub may know the change.',
      cause: last,
    },
  );
}

export interface PageProspects {
  /** Why nothing more of the page is looked up; undefined as long as it is. */
  givenUp(): PlatformError | undefined;
  /**
   * Hands back what came of a lookup: something, nothing or a refusal.
   * @throws PlatformError when it was the last of too many that were refused for no foreseen reason.
   */
  note<T>(found: T | PlatformError): T | PlatformError;
  /** The same of details, which say nothing about transcripts. */
  hope<T>(found: T | PlatformError): T | PlatformError;
}
