import { randomUUID } from 'node:crypto';
import { record } from '../customers/index.js';
import { writeFact } from '../outbox/index.js';
import type { Scope } from '../scope.js';
import { Connection, CredentialHealth } from './connection.entity.js';
import { revokeLinks } from './links/revoke-link.js';
import type { Probed } from './probed.js';
import { refuseStopped } from './stops/refuse-stopped.js';
import { storeCredential } from './store-credential.js';

/** Makes an account whose key works a connection, or renews its connection, in a transaction. */
export async function keepProbed(inside: Scope, customerId: string, probed: Probed): Promise<Connection> {
  const connection = await upsertConnection(inside, customerId, probed);
  const { id: connectionId, platform } = connection;
  const epoch = await storeCredential(inside, connection, probed, probed.refreshable);
  const details = { platform, account: probed.account.name };
  await writeFact(inside, {
    kind: epoch === 1 ? 'connection.connected' : 'connection.renewed',
    ...{ customerId, connectionId },
    details: { ...details, by: inside.viewer.name },
  });
  await revokeLinks(inside, { connectionId }, 'The connection was renewed without it.');
  await record(inside, {
    act: epoch === 1 ? 'connection.connected' : 'credential.renewed',
    ...{ target: `connection ${connectionId}`, customerId, details },
  });
  return connection;
}

async function upsertConnection(
  scope: Scope,
  customerId: string,
  { platform, account, warnings }: Probed,
): Promise<Connection> {
  await refuseStopped(scope, platform);
  const key = { customerId, platform, accountId: account.id };
  const now = scope.clock.now();
  const fresh = {
    accountName: account.name,
    settings: { ...account.learned } as Record<string, string>,
    credentialHealth: CredentialHealth.VALID,
    credentialCheckedAt: now,
    warnings: [...warnings],
    lastError: null,
    revocation: null,
    updatedAt: now,
  };
  // One statement, so that two people connecting the same account at once get the same connection.
  await scope.em.upsert(
    Connection,
    { id: randomUUID(), ...key, ...fresh, createdBy: scope.viewer.name, createdAt: now },
    {
      onConflictFields: ['customerId', 'platform', 'accountId'],
      onConflictExcludeFields: ['id', 'createdBy', 'createdAt'],
    },
  );
  return scope.em.findOneOrFail(Connection, key, { refresh: true });
}
