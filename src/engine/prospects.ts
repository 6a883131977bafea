import { PlatformError } from '../core/errors.js';

/** So many refusals before the first success are not about single calls. */
const hopelessRefusals = 16;

/**
 * Whether lookups of single calls have a prospect. A credential that may see no transcript at all is refused for every
 * call, which would cost a request each. So one page of a run is given up after some refusals, and later pages after one;
 * a single success means that refusals are about the calls they name.
 */
export class Prospects {
  #isGood = false;
  #isPoor = false;

  /** Those of one page. */
  page(): PageProspects {
    let refusals = 0;
    let given: PlatformError | undefined;
    return {
      givenUp: () => given,
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
        return found;
      },
    };
  }
}

export interface PageProspects {
  /** Why nothing more of the page is looked up; undefined as long as it is. */
  givenUp(): PlatformError | undefined;
  /** Hands back what came of a lookup: something, nothing or a refusal. */
  note<T>(found: T | PlatformError): T | PlatformError;
}
