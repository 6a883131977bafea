import { CallerError } from '../../core/errors.js';

/** An app cannot go while connections live by it. */
export function stillUsed(clientId: string, field?: string): CallerError {
  return new CallerError('CONFLICT', `Connections are kept fresh by the app ${clientId}, and no other can do that.`, {
    ...(field !== undefined && { field }),
    remedy:
      'Set its new secret with `setPlatformApp` and the same client id, or disconnect them first; they then have to be connected again.',
  });
}
