import { PlatformError } from '../core/errors.js';

/** The platform's listing takes no filter. It is asked for without one. */
export class FilterRefused extends PlatformError {
  constructor(platform: string) {
    super('PLATFORM_CHANGED', 'stop', `${platform} takes no filter for its listing, and refuses it without one too.`);
  }
}
