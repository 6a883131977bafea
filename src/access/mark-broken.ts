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

/** The platform will not refresh the credential any more. What was refused is remembered, and never sent again. */
export async function markDead(
  scope: Scope,
  { connectionId, epoch, fingerprint }: Pick<Credential, 'connectionId' | 'epoch' | 'fingerprint'>,
  refusal: PlatformError,
): Promise<void> {
  const dead = { rejected: fingerprint, dueAt: null, refreshOwner: null, refreshUntil: null };
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
    const connection = await em.findOne(Connection, { id: connectionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (connection === null || (await em.count(Credential, { connectionId, epoch })) === 0) return undefined;
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
    if (Object.keys(credential).length > 0) await em.nativeUpdate(Credential, { connectionId, epoch }, credential);
    const { customerId, platform, accountName: account } = connection;
    // Several runs may be refused by the same credential: that is one thing that happened.
    if (connection.credentialHealth !== CredentialHealth.BROKEN)
      await writeFact(inside, {
        ...{ kind: 'connection.broken', customerId, connectionId },
        details: { platform, account, code: refusal.code },
      });
    return customerId;
  });
  if (customerId !== undefined) tellOfConnections(scope, customerId);
}
