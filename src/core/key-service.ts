import { PatchbayError } from './errors.js';

/** The service that keeps the wrapping keys does not do what was asked of it. Its own words are in the log. */
export class KeyServiceError extends PatchbayError {
  readonly code = 'UNAVAILABLE';

  /** `passes`: it comes right without anybody doing something. */
  constructor(
    readonly passes: boolean,
    cause?: unknown,
  ) {
    super('The hub cannot use the keys that protect what it keeps.', {
      remedy: passes
        ? 'Try again in a few seconds.'
        : 'Tell whoever runs this hub: its log says what the key service refuses.',
      cause,
    });
  }
}
