import type { EntityManager } from '@mikro-orm/postgresql';
import type { Reach } from '../../core/ports.js';
import type { Secret } from '../../core/secret.js';
import type { House, Viewer } from '../../scope.js';
import { ApiKey } from './api-key.entity.js';
import { hashKeySecret } from './key-secret.js';

/** What is needed to find out who is asking, before there is a scope. */
export interface Door extends Pick<House, 'clock' | 'log'> {
  em(reach: Reach): EntityManager;
}

/** Who holds a key that works, and when it ends by itself. */
export interface KeyHolder {
  readonly viewer: Viewer;
  readonly worksUntil: Date | null;
}

const usedAgainMs = 60_000;

/**
 * Who holds this secret. Unknown, revoked and expired ones cannot be told apart, by the answer or by
 * what is done to find it.
 */
export async function authenticate(door: Door, secret: Secret<string>): Promise<KeyHolder | undefined> {
  const key = await door.em('all').findOne(ApiKey, { hash: hashKeySecret(secret) }, { populate: ['staff'] });
  if (key === null || !works(key, door.clock.now())) return undefined;
  noteUse(door, key);
  const viewer: Viewer = {
    kind: 'key',
    role: key.role,
    customerId: key.customerId ?? undefined,
    apiKeyId: key.id,
    staffId: key.staff?.id,
    name: key.staff?.name ?? key.label,
  };
  return { viewer, worksUntil: key.expiresAt };
}

/** Which of these keys still work. For what lives longer than a request. */
export async function keysThatWork(door: Door, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const keys = await door.em('all').find(ApiKey, { id: { $in: [...ids] } }, { populate: ['staff'] });
  return new Set(keys.filter(key => works(key, door.clock.now())).map(key => key.id));
}

/** What a viewer's entity manager may see. Sales and strangers see no customer's rows. */
export function reachOf({ kind, role, customerId }: Viewer): Reach {
  if (kind === 'anonymous' || role === 'sales') return 'none';
  if (role !== 'customer') return 'all';
  return customerId === undefined ? 'none' : { customerId };
}

function works({ revokedAt, expiresAt, staff }: ApiKey, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now) && (staff === null || staff.leftAt === null);
}

/** At most once a minute, and nobody waits for it: a lost note does no harm. */
function noteUse({ em, clock, log }: Door, { id, lastUsedAt }: ApiKey): void {
  const now = clock.now();
  const before = new Date(now.getTime() - usedAgainMs);
  if (lastUsedAt !== null && lastUsedAt > before) return;
  em('all')
    .nativeUpdate(ApiKey, { id, $or: [{ lastUsedAt: null }, { lastUsedAt: { $lte: before } }] }, { lastUsedAt: now })
    .catch((error: unknown) => log.debug('The use of an API key could not be noted.', { apiKeyId: id, error }));
}
