import { AddressUnknown } from '../core/errors.js';
import type { House } from '../scope.js';
import { hookPath } from './hook-address.js';

/** The whole address of a hook. Undefined while platforms cannot reach this hub: they send to https only. */
export async function hookUrl(
  house: Pick<House, 'linkUrl' | 'keyring' | 'apiUrls'>,
  { id, platform }: { readonly id: string; readonly platform: string },
): Promise<string | undefined> {
  try {
    const base = await house.linkUrl();
    // A sandbox, or a proxy, is where we are.
    if (!base.startsWith('https://') && !house.apiUrls.has(platform)) return undefined;
    return base + hookPath(house.keyring, id);
  } catch (error) {
    if (error instanceof AddressUnknown) return undefined;
    throw error;
  }
}
