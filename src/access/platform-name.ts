import type { House } from '../scope.js';

/** What people call the platform. */
export function platformName({ connectors }: Pick<House, 'connectors'>, platform: string): string {
  return connectors.get(platform)?.manifest.name ?? platform;
}
