import type { House, Scope } from '../../scope.js';
import { callbackUrl } from './callback-url.js';
import type { PlatformApp } from './platform-app.type.js';
import { StoredApp } from './stored-app.entity.js';

/** Configured ones that a stored one stands in front of are left out. */
export async function listApps(scope: Scope): Promise<PlatformApp[]> {
  const stored = await scope.em.find(StoredApp, {}, { disableIdentityMap: true });
  const shadowed = new Set(stored.filter(app => app.customerId === null).map(app => app.platform));
  const configured = [...scope.platformApps].filter(([platform]) => !shadowed.has(platform));
  const apps = [
    ...stored.map(app => shown(scope, app)),
    ...configured.map(
      ([platform, { clientId }]): PlatformApp => ({
        ...{ platform, customerId: null, clientId, origin: 'configured', updatedAt: null },
        callbackUrl: callbackUrl(scope, platform, null),
      }),
    ),
  ];
  return apps.toSorted((a, b) => order(a).localeCompare(order(b)));
}

export function shown(house: Pick<House, 'publicUrl'>, app: StoredApp): PlatformApp {
  const { platform, customerId, clientId, updatedAt } = app;
  return {
    ...{ platform, customerId, clientId, origin: 'stored', updatedAt },
    callbackUrl: callbackUrl(house, platform, customerId === null ? null : app.id),
  };
}

function order({ platform, customerId }: PlatformApp): string {
  return `${platform} ${customerId ?? ''}`;
}
