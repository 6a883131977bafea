import { LockMode } from '@mikro-orm/postgresql';
import type { PlatformError } from '../core/errors.js';
import { writeFact } from '../outbox/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { Connection, CredentialHealth } from './connection.entity.js';
import { Credential } from './credential.entity.js';
import { tellOfConnections } from './watch-connections.js';

/**
 * The platform refused the credential in the middle of work: nobody uses it again until it is renewed.
 * When it was renewed meanwhile (`epoch` is not the latest any more) the refusal means nothing.
 */
export async function markBroken(
  scope: Scope,
  connectionId: string,
  epoch: number,
  refusal: PlatformError,
): Promise<void> {
  await breakConnection(scope, connectionId, epoch, refusal, {});
}

/** The platform will not refresh the credential any more. What was refused is remembered, and never sent again; what went wrong before is over. */
export async function markDead(
  scope: Scope,
  { connectionId, epoch, fingerprint }: Pick<Credential, 'connectionId' | 'epoch' | 'fingerprint'>,
  refusal: PlatformError,
): Promise<void> {
  const over = { failures: 0, lastFailure: null, dueAt: null, refreshOwner: null, refreshUntil: null };
  const dead = { ...over, rejected: fingerprint };
  await breakConnection(scope, connectionId, epoch, refusal, dead);
}

async function breakConnection(
  scope: Scope,
  connectionId: string,
  epoch: number,
  refusal: PlatformError,
  credential: Partial<Credential>,
): Promise<void> {
  const now = scope.clock.now();
  const customerId = await inTransaction(scope, async inside => {
    const { em } = inside;
    // Whoever renews locks the connection first too.
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    const connection = await em.findOne(Connection, { id: connectionId }, lock);
    if (connection === null || (await em.count(Credential, { connectionId, epoch })) === 0) return undefined;
    if (Object.keys(credential).length > 0) await em.nativeUpdate(Credential, { connectionId, epoch }, credential);
    const { credentialHealth } = connection;
    // What somebody has disconnected or stopped is to be renewed by nobody; what several runs are refused by broke once.
    if (credentialHealth !== CredentialHealth.VALID && credentialHealth !== CredentialHealth.EXPIRING) return undefined;
    await em.nativeUpdate(
      Connection,
      { id: connectionId },
      {
        credentialHealth: CredentialHealth.BROKEN,
        credentialCheckedAt: now,
        updatedAt: now,
        lastError: {
          code: refusal.code,
          message: refusal.message,
          remedy:
            refusal.remedy ?? 'Connect the same account again with a new key; paused imports then go on by themselves.',
        },
      },
    );
    const { customerId, platform, accountName: account } = connection;
    await writeFact(inside, {
      ...{ kind: 'connection.broken', customerId, connectionId },
      details: { platform, account, code: refusal.code },
    });
    return customerId;
  });
  if (customerId !== undefined) tellOfConnections(scope, customerId);
}
