import type { Connector, Facet, ManifestOnly } from '#connector';
import { CallerError } from '../core/errors.js';
import type { House } from '../scope.js';

export function isConnector(platform: Connector | ManifestOnly): platform is Connector {
  return 'calls' in platform;
}

/**
 * The connector of a platform that calls can be imported from. What reaches several platforms at once is the connector of each:
 * connections are kept under the id of its manifest.
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
  const platform = house.connectors.get(platformId) ?? behindFacet(house, platformId)?.connector;
  if (platform !== undefined) return platform;
  throw new CallerError('UNKNOWN_PLATFORM', 'No platform has this id.', {
    remedy: choice(house, () => true),
    ...(field === undefined ? {} : { field }),
  });
}

/** What is kept and asked for under the id of a platform, or of a facet. An unknown id stays as it is: there is nothing under it. */
export function reachedThrough(
  house: Pick<House, 'connectors'>,
  id: string,
): { readonly platform: string; readonly medium?: Facet['medium'] } {
  const behind = behindFacet(house, id);
  if (behind === undefined) return { platform: id };
  return { platform: behind.connector.manifest.id, medium: behind.facet.medium };
}

/** A facet by its id, and the connector that it belongs to. */
function behindFacet(
  { connectors }: Pick<House, 'connectors'>,
  id: string,
): { readonly connector: Connector; readonly facet: Facet } | undefined {
  for (const connector of connectors.values()) {
    const facet = isConnector(connector) ? connector.facets?.find(one => one.id === id) : undefined;
    if (facet !== undefined) return { connector: connector as Connector, facet };
  }
  return undefined;
}

function choice(
  { connectors }: Pick<House, 'connectors'>,
  fits: (platform: Connector | ManifestOnly) => boolean,
): string {
  const ids = [...connectors.values()]
    .filter(fits)
    .flatMap(platform => [platform.manifest, ...(isConnector(platform) ? (platform.facets ?? []) : [])])
    .map(({ id }) => id);
  return `Use one of these: ${ids.toSorted().join(', ')}.`;
}
