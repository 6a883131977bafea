import { randomUUID } from 'node:crypto';
import type { Account, Connector } from '#connector';
import type { Scope } from '../scope.js';
import { Connection, type ConnectionNotice, CredentialHealth } from './connection.entity.js';

/** The customer's connection to this account, made if there is none, with a credential that works. */
export async function upsertConnection(
  scope: Scope,
  customerId: string,
  connector: Connector,
  account: Account,
  warnings: ConnectionNotice[],
): Promise<Connection> {
  const key = { customerId, platform: connector.manifest.id, accountId: account.id };
  const now = scope.clock.now();
  const fresh = {
    accountName: account.name,
    settings: { ...account.learned } as Record<string, string>,
    credentialHealth: CredentialHealth.VALID,
    credentialCheckedAt: now,
    warnings,
    lastError: null,
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
