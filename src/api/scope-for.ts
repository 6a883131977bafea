import type { EntityManager } from '@mikro-orm/postgresql';
import type { Reach } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { authenticate, reachOf } from '../customers/index.js';
import type { House, Scope, Viewer } from '../scope.js';
import type { ApiLimits } from './limits/api-limits.js';
import { NextTogether } from './limits/next-together.js';
import { presented, type Rates } from './limits/rates.js';
import { unauthenticated } from './roles.js';

/** What the API makes scopes from. */
export interface Rooms {
  readonly house: House;
  readonly limits: ApiLimits;
  readonly rates: Rates;
  em(reach: Reach): EntityManager;
}

const longestKey = 512;

/**
 * Who is asking.
 *
 * @param authorization `Bearer <key>`, of the header or of the connection_init payload.
 * @throws CallerError UNAUTHENTICATED, RATE_LIMITED
 */
export async function viewerOf(
  { house, em, rates }: Rooms,
  authorization: unknown,
  address: string | undefined,
): Promise<Viewer> {
  const works = rates.arrives(authorization, address);
  const [, key] = (typeof authorization === 'string' && /^Bearer +(\S+)$/i.exec(authorization)) || [];
  const there = key !== undefined && key.length <= longestKey;
  const door = { clock: house.clock, log: house.log, em };
  const look = () => authenticate(door, new Secret(key ?? ''));
  const viewer = there ? await looksOf(rates).ask(presented(authorization), look) : undefined;
  if (viewer === undefined) {
    rates.turnedAway(authorization);
    throw unauthenticated();
  }
  works(viewer.apiKeyId);
  return viewer;
}

const looks = new WeakMap<Rates, NextTogether<Viewer | undefined>>();

/** Of one API. */
function looksOf(rates: Rates): NextTogether<Viewer | undefined> {
  const known = looks.get(rates) ?? new NextTogether();
  looks.set(rates, known);
  return known;
}

/** A fresh scope for one operation. */
export function scopeFor({ house, em }: Rooms, viewer: Viewer, signal: AbortSignal): Scope {
  const reach = reachOf(viewer);
  return { ...house, viewer, reach, em: em(reach), signal };
}
