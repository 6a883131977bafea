/**
 * Doing a thing once, however often it is asked for.
 *
 * The record of an idempotency key is written in the transaction of what is done under it: both are there or
 * neither, whoever is killed in between. Who comes second waits for that transaction a moment and then gets what the
 * first one made. Refusals are not kept: what failed can be sent again under the same key.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { CallerError } from '../../core/errors.js';
import { inTransaction, type Scope, type Viewer } from '../../scope.js';
import { canonical } from './canonical.js';
import type { Once } from './idempotency-key.js';

const keptMs = 24 * 60 * 60_000;
/** For another request with the same key that is being worked on. */
const patience = '4s';
/** After this the database gives up the transaction of a process that has gone without a word. */
const longestSilence = '15s';

/** `before`: it was done already; the id of what was made. */
export type Outcome<T> = { readonly done: T; readonly before?: undefined } | { readonly before: string };

/**
 * One transaction, as `inTransaction`, that is done only once.
 *
 * @throws CallerError IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function onlyOnce<T extends { readonly id: string }>(
  scope: Scope,
  once: Once | undefined,
  work: (inside: Scope) => Promise<T>,
): Promise<Outcome<T>> {
  if (once === undefined) return { done: await inTransaction(scope, work) };
  return inTransaction(scope, async inside => {
    const before = await claim(inside, once);
    if (before !== undefined) return { before };
    const done = await work(inside);
    await inside.em.execute('update idempotency_records set result_id = ? where owner = ? and key = ?', [
      done.id,
      ownerOf(scope.viewer),
      once.key,
    ]);
    return { done };
  });
}

/**
 * Whether it was done already, for work that takes long before its transaction. @returns the id of what was made
 *
 * @throws CallerError IDEMPOTENCY_MISMATCH
 */
export async function doneBefore(scope: Scope, once: Once | undefined): Promise<string | undefined> {
  if (once === undefined) return undefined;
  return inTransaction(scope, inside => recordOf(inside, once));
}

/** Forgets what nobody can ask for any more. */
export async function forgetRecords(em: EntityManager, now: Date): Promise<void> {
  await em.transactional(inside =>
    inside.execute('delete from idempotency_records where created_at <= ?', [expiry(now)]),
  );
}

async function claim(scope: Scope, once: Once): Promise<string | undefined> {
  const { em, viewer, clock } = scope;
  const now = clock.now();
  await em.execute(
    "select set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true)",
    [patience, longestSilence],
  );
  const values = [ownerOf(viewer), once.key, viewer.customerId ?? null, fingerprint(scope, once), now, expiry(now)];
  const claimed = await em
    .execute<unknown[]>(
      `insert into idempotency_records (owner, key, customer_id, fingerprint, created_at) values (?, ?, ?, ?, ?)
       on conflict (owner, key) do update
         set fingerprint = excluded.fingerprint, created_at = excluded.created_at, result_id = null
         where idempotency_records.created_at <= ?
       returning 1`,
      values,
    )
    .catch((cause: unknown) => {
      throw waitedTooLong(cause) ? inProgress(cause) : cause;
    });
  await em.execute('set local lock_timeout to default');
  return claimed.length > 0 ? undefined : recordOf(scope, once);
}

async function recordOf(scope: Scope, once: Once): Promise<string | undefined> {
  const { em, viewer, clock } = scope;
  const [record] = await em.execute<{ fingerprint: Buffer; result_id: string }[]>(
    'select fingerprint, result_id from idempotency_records where owner = ? and key = ? and created_at > ?',
    [ownerOf(viewer), once.key, expiry(clock.now())],
  );
  if (record === undefined || fingerprint(scope, once).equals(record.fingerprint)) return record?.result_id;
  throw new CallerError('IDEMPOTENCY_MISMATCH', 'This idempotency key was used for another request.', {
    field: 'idempotencyKey',
    remedy: 'Use a key of its own for every request; a key stands for 24 hours.',
  });
}

function expiry(now: Date): Date {
  return new Date(now.getTime() - keptMs);
}

/** All keys of a customer, or of one person, are one owner. */
function ownerOf({ customerId, staffId, apiKeyId }: Viewer): string {
  if (customerId !== undefined) return `customer ${customerId}`;
  return staffId === undefined ? `key ${apiKeyId ?? 'none'}` : `staff ${staffId}`;
}

/** Keyed, since inputs hold secrets that must not be guessed from it. */
function fingerprint({ keyring }: Scope, { request }: Once): Buffer {
  return keyring.digest('idempotency', canonical(request));
}

function waitedTooLong(error: unknown): boolean {
  return (error as { code?: unknown }).code === '55P03';
}

function inProgress(cause: unknown): CallerError {
  return new CallerError('IN_PROGRESS', 'The same request is being worked on at this moment.', {
    field: 'idempotencyKey',
    remedy: 'Send it again in a few seconds, with the same key.',
    cause,
  });
}
