import type { EntityManager } from '@mikro-orm/postgresql';
import type { Reach } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { authenticate, reachOf } from '../customers/index.js';
import type { House, Scope, Viewer } from '../scope.js';
import type { ClientAddress } from './limits/client-address.js';
import type { ApiLimits } from './limits/api-limits.js';
import type { KnownViewers } from './limits/known-viewers.js';
import { presented, type Rates } from './limits/rates.js';
import { unauthenticated } from './roles.js';

/** What the API makes scopes from. */
export interface Rooms {
  readonly house: House;
  readonly limits: ApiLimits;
  readonly rates: Rates;
  readonly viewers: KnownViewers;
  readonly addressOf: ClientAddress;
  em(reach: Reach): EntityManager;
}

const longestKey = 512;

/**
 * Who is asking.
 *
 * @param authorization `Bearer <key>`, of the header or of the connection_init payload.
 * @param anew looks, though somebody may have asked with this key a moment ago.
 * @throws CallerError UNAUTHENTICATED, RATE_LIMITED
 */
export async function viewerOf(
  { house, em, rates, viewers }: Rooms,
  authorization: unknown,
  address: string | undefined,
  { anew = false } = {},
): Promise<Viewer> {
  const name = presented(authorization);
  const works = rates.arrives(name, address);
  const [, key] = (typeof authorization === 'string' && /^Bearer +(\S+)$/i.exec(authorization)) || [];
  const there = key !== undefined && key.length <= longestKey;
  const door = { clock: house.clock, log: house.log, em };
  const look = () => authenticate(door, new Secret(key ?? ''));
  const viewer = there ? await viewers.find(name, look, anew) : undefined;
  if (viewer === undefined) {
    rates.turnedAway(name);
    throw unauthenticated();
  }
  works(viewer.apiKeyId);
  return viewer;
}

/** A fresh scope for one operation. */
export function scopeFor({ house, em }: Rooms, viewer: Viewer, signal: AbortSignal): Scope {
  const reach = reachOf(viewer);
  return { ...house, viewer, reach, em: em(reach), signal };
}
