import type { Headers } from '#connector';
import { Secret } from '../core/secret.js';

/** Where a request gets what opens the account. It is asked for at use, because it may be renewed in the middle of work. */
export interface AuthSource {
  take(): Promise<Secret<Headers>>;
  /** Whether there is something else to try in place of what the platform has just refused. */
  hasOther(refused: Secret<Headers>): Promise<boolean>;
}

/** Values that stay as they are. */
function always(headers: Secret<Headers>): AuthSource {
  return { take: () => Promise.resolve(headers), hasOther: () => Promise.resolve(false) };
}

export function asSource(auth: Secret<Headers> | AuthSource): AuthSource {
  return auth instanceof Secret ? always(auth) : auth;
}
