import { LockMode } from '@mikro-orm/postgresql';
import { notFound } from '../core/errors.js';
import { record } from '../customers/index.js';
import { writeFact } from '../outbox/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { Connection, CredentialHealth } from './connection.entity.js';
import { Credential } from './credential.entity.js';
import { revokeLinks } from './links/revoke-link.js';
import { queueRevocation } from './revocations/queue-revocation.js';
import type { RevocationState } from './revocations/revocation.type.js';
import { destroyCredential, openCredential } from './store-credential.js';
import { tellOfConnections } from './watch-connections.js';

const partingMs = 10_000;

/**
 * Destroys the credential of a connection, and has it revoked at the platform after the commit. Work under way stops within seconds and pauses; calls that were imported stay.
 * Doing it again changes nothing.
 *
 * @param because a sentence, shown to whoever looks at the connection.
 * @throws CallerError NOT_FOUND
 */
export async function disconnect(
  scope: Scope,
  id: string,
  because = `The account was disconnected by ${scope.viewer.name}.`,
): Promise<Connection> {
  await part(scope, id);
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
      revocation: await giveUp(inside, connection),
      credentialHealth: CredentialHealth.DISCONNECTED,
      credentialCheckedAt: now,
      updatedAt: now,
      lastError: {
        code: 'DISCONNECTED',
        message: because,
        remedy: 'Connect the same account again; what was paused for it then goes on by itself.',
      },
    });
    await inside.em.flush();
    const details = { platform, account: accountName, because };
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

/** A platform that does not answer keeps nobody from cutting a connection. */
async function part(scope: Scope, id: string): Promise<void> {
  // Nobody asks a platform while rows are locked.
  if (scope.em.isInTransaction()) return;
  const signal = AbortSignal.any([scope.signal, AbortSignal.timeout(partingMs)]);
  await scope.beforeDisconnect?.({ ...scope, signal }, id).catch((error: unknown) => {
    scope.log.info('What was to be done before a connection is cut was left undone.', { connection: id, error });
  });
}

/** Nothing is left of the credential but what its platform has to be shown to revoke it. */
async function giveUp(inside: Scope, connection: Connection): Promise<RevocationState> {
  const { id: connectionId, customerId, platform } = connection;
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const { epoch, sealed, appId } = await inside.em.findOneOrFail(Credential, { connectionId }, lock);
  const state = await queued().catch((error: unknown): RevocationState => {
    inside.log.warn('A credential could not be opened to be revoked.', { connection: connectionId, error });
    return 'failed';
  });
  await destroyCredential(inside, connection);
  return state;

  async function queued(): Promise<RevocationState> {
    const stored = await openCredential(inside.keyring, { connectionId, customerId, epoch }, sealed);
    return queueRevocation(inside, { connectionId, customerId, platform, appId }, stored);
  }
}
