import type { House } from '../../scope.js';

/** Where a platform sends people back to: one address for each platform, and one for each customer's own app. */
export function callbackUrl({ publicUrl }: Pick<House, 'publicUrl'>, platform: string, appId: string | null): string {
  return `${publicUrl()}/oauth/callback/${platform}${appId === null ? '' : `/${appId}`}`;
}
