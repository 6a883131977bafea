import { PlatformError } from '../core/errors.js';

/** The platform no longer knows our place in the listing. The slice is read again from its start. */
export class CursorDied extends PlatformError {
  constructor(platform: string) {
    super('PLATFORM_CHANGED', 'retry', `${platform} no longer knows the place in its listing where we were.`);
  }
}
