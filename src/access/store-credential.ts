import { LockMode } from '@mikro-orm/postgresql';
import type { Keyring } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import type { Scope } from '../scope.js';
import type { Connection } from './connection.entity.js';
import { Credential } from './credential.entity.js';
import { openSealedSecret, sealSecret } from './sealed-secret.js';
import type { Times } from './tokens/lifetimes.js';

/** What is kept sealed behind a connection: which method of the connector, and its values. */
export interface StoredSecret {
  readonly method: string;
  readonly secret: Secret<Readonly<Record<string, string>>>;
}

/** What stands in clear beside a credential that is refreshed. */
export interface Refreshable extends Times {
  readonly appId: string | null;
  readonly clientId: string | null;
  readonly fingerprint: Buffer | null;
  readonly leaseSeconds: number;
}

/** Which row a sealed credential belongs to, and in which of its states. */
export interface CredentialPlace {
  readonly connectionId: string;
  readonly customerId: string;
  readonly epoch: number;
}

const neverRefreshed: Refreshable = {
  ...{ appId: null, clientId: null, fingerprint: null, leaseSeconds: 40 },
  ...{ accessExpiresAt: null, refreshExpiresAt: null, refreshedAt: new Date(0), dueAt: null },
};

/** Seals the secret under the connection's next epoch, which it gives back: 1 for the first. A refresh under way is in vain. */
export async function storeCredential(
  scope: Scope,
  connection: Connection,
  stored: StoredSecret,
  refreshable: Refreshable = neverRefreshed,
): Promise<number> {
  const { id: connectionId, customerId } = connection;
  const before = await scope.em.findOne(
    Credential,
    { connectionId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  const epoch = (before?.epoch ?? 0) + 1;
  const sealed = await sealCredential(scope.keyring, { connectionId, customerId, epoch }, stored);
  await scope.em.upsert(Credential, {
    ...{ connectionId, customerId, epoch, sealed, storedAt: scope.clock.now() },
    ...refreshable,
    refreshedAt: refreshable === neverRefreshed ? null : refreshable.refreshedAt,
    usedAt: before?.usedAt ?? null,
    ...{ presented: 0, rejected: null, failures: 0, retryAt: null, lastFailure: null },
    ...{ refreshOwner: null, refreshUntil: null },
  });
  return epoch;
}

export function sealCredential(keyring: Keyring, place: CredentialPlace, stored: StoredSecret): Promise<Buffer> {
  return sealSecret(keyring, contextOf(place), stored);
}

/** Opens what {@link sealCredential} sealed. */
export function openCredential(keyring: Keyring, place: CredentialPlace, sealed: Buffer): Promise<StoredSecret> {
  return openSealedSecret(keyring, contextOf(place), sealed);
}

function contextOf({ connectionId, customerId, epoch }: CredentialPlace) {
  return { customerId, field: 'credentials.sealed', rowId: connectionId, epoch };
}

/** Nothing is left to open. The epoch stays and grows, so that what was sealed before never opens again. */
export async function destroyCredential({ em, clock }: Scope, { id: connectionId }: Connection): Promise<void> {
  const credential = await em.findOneOrFail(
    Credential,
    { connectionId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  em.assign(credential, {
    ...{ epoch: credential.epoch + 1, sealed: Buffer.alloc(0), storedAt: clock.now(), fingerprint: null, dueAt: null },
    ...{ accessExpiresAt: null, refreshExpiresAt: null },
  });
  await em.flush();
}
