import type { Headers } from '#connector';
import { Secret } from '../core/secret.js';

/** Where a request gets what opens the account. It is asked for at use, because it may be renewed in the middle of work. */
export interface AuthSource {
  take(): Promise<Secret<Headers>>;
  /** Whether something newer is there already than what the platform has just refused. */
  hasNewer(refused: Secret<Headers>): Promise<boolean>;
  /** Whether something newer could be had for it. */
  renew(refused: Secret<Headers>): Promise<boolean>;
}

const no = (): Promise<boolean> => Promise.resolve(false);

/** Values that stay as they are. */
function always(headers: Secret<Headers>): AuthSource {
  return { take: () => Promise.resolve(headers), hasNewer: no, renew: no };
}

export function asSource(auth: Secret<Headers> | AuthSource): AuthSource {
  return auth instanceof Secret ? always(auth) : auth;
}
