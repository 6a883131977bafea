import { LockMode } from '@mikro-orm/postgresql';
import { writeFact } from '../../outbox/index.js';
import { type House, inTransaction } from '../../scope.js';
import { Connection, CredentialHealth } from '../connection.entity.js';
import { Credential } from '../credential.entity.js';
import { revokeLinks } from '../links/revoke-link.js';
import { tellOfConnections } from '../watch-connections.js';
import type { CredentialRow } from './credential-row.js';

/** What is stored in place of what was spent. */
export type Successor = Pick<Credential, 'sealed' | 'fingerprint' | 'refreshedAt'> &
  Pick<Credential, 'accessExpiresAt' | 'refreshExpiresAt' | 'dueAt'>;

/**
 * Stores what a late refresh brought for a connection that others have called broken meanwhile. Whoever was asked to renew it
 * need not any more: that is told in the same transaction, so that it is told again when it breaks again.
 *
 * @returns whether it was stored; not, when the connection is not broken, or holds something newer.
 */
export async function revive(
  house: House,
  { connectionId, customerId, epoch, fingerprint }: CredentialRow,
  successor: Successor,
  learned: Readonly<Record<string, string>>,
): Promise<boolean> {
  const isRevived = await inTransaction(house.ownScope(customerId, new AbortController().signal), async inside => {
    const { em, clock, viewer } = inside;
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    const connection = await em.findOne(Connection, { id: connectionId }, lock);
    if (connection?.credentialHealth !== CredentialHealth.BROKEN) return false;
    const stored = await em.nativeUpdate(
      Credential,
      { connectionId, epoch, fingerprint },
      {
        ...{ ...successor, epoch: epoch + 1 },
        ...{ presented: 0, rejected: null, failures: 0, retryAt: null, lastFailure: null },
        ...{ refreshOwner: null, refreshUntil: null },
      },
    );
    if (stored === 0) return false;
    const now = clock.now();
    em.assign(connection, {
      ...{ credentialHealth: CredentialHealth.VALID, credentialCheckedAt: now, lastError: null, updatedAt: now },
      settings: { ...connection.settings, ...learned },
    });
    await em.flush();
    const { platform, accountName: account } = connection;
    await writeFact(inside, {
      ...{ kind: 'connection.renewed', customerId, connectionId },
      details: { platform, account, by: viewer.name },
    });
    await revokeLinks(inside, { connectionId }, 'The connection works again without it.');
    return true;
  });
  if (isRevived) tellOfConnections(house, customerId);
  return isRevived;
}
