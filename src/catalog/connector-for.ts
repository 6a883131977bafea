import type { Connector, ManifestOnly } from '#connector';
import { CallerError } from '../core/errors.js';
import type { House } from '../scope.js';

export function isConnector(platform: Connector | ManifestOnly): platform is Connector {
  return 'calls' in platform;
}

/**
 * The connector of a platform that calls can be imported from.
 * @param field Path of the input value that named the platform, for the error.
 * @throws CallerError UNKNOWN_PLATFORM, or PLATFORM_NOT_SUPPORTED with the reason and what would change it.
 */
export function connectorFor(house: Pick<House, 'connectors'>, platformId: string, field?: string): Connector {
  const platform = platformFor(house, platformId, field);
  if (isConnector(platform)) return platform;
  const { name, caveat, wouldChangeIf } = platform.manifest;
  throw new CallerError('PLATFORM_NOT_SUPPORTED', `Calls cannot be imported from ${name}. ${caveat}`, {
    remedy: `${wouldChangeIf === undefined ? '' : `What would change this: ${wouldChangeIf} `}${choice(house, isConnector)}`,
    ...(field === undefined ? {} : { field }),
  });
}

/** @throws CallerError UNKNOWN_PLATFORM. */
export function platformFor(
  house: Pick<House, 'connectors'>,
  platformId: string,
  field?: string,
): Connector | ManifestOnly {
  const platform = house.connectors.get(platformId);
  if (platform !== undefined) return platform;
  throw new CallerError('UNKNOWN_PLATFORM', 'No platform has this id.', {
    remedy: choice(house, () => true),
    ...(field === undefined ? {} : { field }),
  });
}

function choice(
  { connectors }: Pick<House, 'connectors'>,
  fits: (platform: Connector | ManifestOnly) => boolean,
): string {
  const ids = [...connectors].filter(([, platform]) => fits(platform)).map(([id]) => id);
  return `Use one of these: ${ids.join(', ')}.`;
}
