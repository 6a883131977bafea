import type { Keyring } from '../../core/ports.js';

/** Tells one token from another without saying anything of either. */
export function fingerprintOf(keyring: Keyring, spent: string): Buffer {
  return keyring.digest('token fingerprint', spent);
}

/** What a refresh spends: the refresh token; for grants without a person the values that were entered. */
export function spentBy(secret: Readonly<Record<string, string>>): string | undefined {
  const { access_token: _, refresh_token: refresh, ...entered } = secret;
  if (refresh !== undefined) return refresh;
  return Object.keys(entered).length === 0 ? undefined : JSON.stringify(entered);
}
