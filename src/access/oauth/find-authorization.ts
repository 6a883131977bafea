import { LockMode, raw } from '@mikro-orm/postgresql';
import { notFound } from '../../core/errors.js';
import type { Scope } from '../../scope.js';
import { AuthorizationSession } from './authorization-session.entity.js';
import { browserHash } from './secrets-of-a-session.js';

/** The sign-in that a browser began or came back from last; undefined: it began none. */
export async function latestAuthorization(scope: Scope, browser: string): Promise<AuthorizationSession | undefined> {
  const where = { browserHash: browserHash(scope.keyring, browser) };
  const [latest] = await scope.em.find(AuthorizationSession, where, {
    orderBy: { [raw('coalesce(claimed_at, created_at)')]: 'desc' },
    limit: 1,
    refresh: true,
  });
  return latest;
}

/** A proposal of this browser, locked until the transaction ends. @throws CallerError NOT_FOUND for any other */
export async function lockProposal(
  { em, keyring, clock }: Scope,
  { sessionId, browser }: { readonly sessionId: string; readonly browser: string },
): Promise<
  AuthorizationSession & { readonly proposed: Buffer; readonly accountId: string; readonly accountName: string }
> {
  const where = { id: sessionId, browserHash: browserHash(keyring, browser), status: 'proposed' as const };
  const session = await em.findOne(AuthorizationSession, where, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
    refresh: true,
  });
  if (session === null || session.expiresAt <= clock.now()) throw notFound('sign-in');
  const { proposed, accountId, accountName } = session;
  if (proposed === null || accountId === null || accountName === null) throw notFound('sign-in');
  return Object.assign(session, { proposed, accountId, accountName });
}
