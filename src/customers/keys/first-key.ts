import { randomUUID } from 'node:crypto';
import type { Secret } from '../../core/secret.js';
import { inTransaction, type Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { ApiKey, type KeyOrigin } from './api-key.entity.js';
import { hashKeySecret, makeKeySecret } from './key-secret.js';
import { announceRevoked } from './revoke-api-key.js';

/**
 * Makes the key of PATCHBAY_ADMIN_KEY the one configured admin key. One that was configured before is
 * revoked. Any number of processes may do it at once.
 */
export async function ensureConfiguredKey(scope: Scope, secret: Secret<string>): Promise<void> {
  const hash = hashKeySecret(secret);
  const replaced = await oneAtATime(scope, async inside => {
    const standing = await inside.em.findOne(ApiKey, { hash });
    const older = await inside.em.find(ApiKey, { origin: 'configured', revokedAt: null, hash: { $ne: hash } });
    for (const key of older) key.revokedAt = scope.clock.now();
    if (standing === null) await addAdminKey(inside, 'configured', 'configured admin key', hash);
    else if (!isConfigured(standing)) await makeConfigured(inside, standing);
    await inside.em.flush();
    for (const key of older) await record(inside, { act: 'api-key.revoked', target: `api key ${key.id}` });
    return older;
  });
  for (const key of replaced) announceRevoked(scope, key.id);
}

/**
 * Makes an admin key when none works, so that nobody is ever locked out of their own hub.
 *
 * @param keep puts the secret where the operator finds it again; the key is not made when it throws.
 * @returns the secret, to be shown once; undefined when there is an admin key, also when another process has just made it.
 */
export function ensureFirstKey(
  scope: Scope,
  keep?: (secret: Secret<string>) => Promise<void>,
): Promise<Secret<string> | undefined> {
  return oneAtATime(scope, async inside => {
    const { em, clock } = inside;
    const works = { revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: clock.now() } }] };
    if ((await em.count(ApiKey, { role: 'admin', ...works })) > 0) return undefined;
    // The name "first" is given once at a time; an ended one hands it on.
    await em.nativeUpdate(ApiKey, { origin: 'first' }, { origin: 'issued' });
    const secret = makeKeySecret();
    await addAdminKey(inside, 'first', 'first admin key', hashKeySecret(secret));
    await keep?.(secret);
    return secret;
  });
}

function isConfigured({ origin, role, revokedAt, expiresAt, staff }: ApiKey): boolean {
  return origin === 'configured' && role === 'admin' && revokedAt === null && expiresAt === null && staff === null;
}

async function makeConfigured(scope: Scope, key: ApiKey): Promise<void> {
  Object.assign(key, {
    origin: 'configured',
    role: 'admin',
    customerId: null,
    staff: null,
    expiresAt: null,
    revokedAt: null,
  });
  await record(scope, { act: 'api-key.configured', target: `api key ${key.id}` });
}

async function addAdminKey(scope: Scope, origin: KeyOrigin, label: string, hash: Buffer): Promise<void> {
  const key = scope.em.create(ApiKey, {
    ...{ id: randomUUID(), label, role: 'admin', customerId: null, staff: null, origin, hash },
    ...{ createdAt: scope.clock.now(), expiresAt: null, revokedAt: null, lastUsedAt: null },
  });
  await scope.em.persist(key).flush();
  await record(scope, {
    act: 'api-key.created',
    target: `api key ${key.id}`,
    details: { label, role: 'admin', origin },
  });
}

/** Processes that start together take turns. */
function oneAtATime<T>(scope: Scope, work: (inside: Scope) => Promise<T>): Promise<T> {
  return inTransaction(scope, async inside => {
    await inside.em.execute('select pg_advisory_xact_lock(7202)');
    return work(inside);
  });
}
