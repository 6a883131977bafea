import { LockMode } from '@mikro-orm/postgresql';
import { notFound } from '../core/errors.js';
import { record } from '../customers/index.js';
import { writeFact } from '../outbox/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { Connection, CredentialHealth } from './connection.entity.js';
import { revokeLinks } from './links/revoke-link.js';
import { destroyCredential } from './store-credential.js';
import { tellOfConnections } from './watch-connections.js';

/**
 * Destroys the credential of a connection. Work under way stops within seconds and pauses; calls that were imported stay.
 * Doing it again changes nothing.
 *
 * @throws CallerError NOT_FOUND
 */
export async function disconnect(scope: Scope, id: string): Promise<Connection> {
  const connection = await inTransaction(scope, async inside => {
    // Whoever renews or breaks it locks the connection first too.
    const connection = await inside.em.findOne(
      Connection,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (connection === null) throw notFound('connection');
    if (connection.credentialHealth === CredentialHealth.DISCONNECTED) return connection;
    const { customerId, platform, accountName } = connection;
    const now = scope.clock.now();
    inside.em.assign(connection, {
      credentialHealth: CredentialHealth.DISCONNECTED,
      credentialCheckedAt: now,
      updatedAt: now,
      lastError: {
        code: 'DISCONNECTED',
        message: `The account was disconnected by ${scope.viewer.name}.`,
        remedy: 'Connect the same account again; what was paused for it then goes on by itself.',
      },
    });
    await inside.em.flush();
    await destroyCredential(inside, connection);
    const details = { platform, account: accountName };
    await revokeLinks(inside, { connectionId: id }, 'The account was disconnected.');
    await writeFact(inside, {
      ...{ kind: 'connection.disconnected', customerId, connectionId: id },
      details: { ...details, by: scope.viewer.name },
    });
    await record(inside, { act: 'connection.disconnected', target: `connection ${id}`, customerId, details });
    return connection;
  });
  tellOfConnections(scope, connection.customerId);
  return connection;
}
