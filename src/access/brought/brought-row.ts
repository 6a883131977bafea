import type { ErrorCode } from '../../core/errors.js';
import type { Keyring, Sql } from '../../core/ports.js';
import type { App } from '../apps/find-app.js';
import { openSealedSecret, sealSecret } from '../sealed-secret.js';
import type { StoredSecret } from '../store-credential.js';
import type { TimesText } from '../tokens/refreshable-of.js';

/**
 * Tokens of another system on their way to us, found by what they were: `sent` before they are refreshed, `refreshed` as
 * soon as the platform has given new ones, which lie here sealed, `done` when they are a connection, `ended` when nobody
 * may go on with them any more.
 */
export interface Brought {
  readonly id: string;
  readonly status: 'sent' | 'refreshed' | 'done' | 'ended';
  readonly sealed: Buffer | null;
  readonly times: TimesText | null;
  /** Learned from the reply that brought them. */
  readonly learned: Readonly<Record<string, string>>;
  /** Why nothing can come of them, whoever goes on. */
  readonly refusal: BroughtRefusal | null;
  /** Of the app that they came by. */
  readonly clientId: string | null;
  readonly connectionId: string | null;
  /** Somebody is at it. */
  readonly isBusy: boolean;
}

export interface BroughtRefusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

interface Key {
  readonly id: string;
  readonly customerId: string;
  readonly platform: string;
  readonly fingerprint: Buffer;
  readonly app: App;
}

/** Longer than an exchange and a look at the account take. */
const leaseSeconds = 120;

/**
 * Writes the intent down, or takes up what an earlier try has left. Commits before anything is sent.
 *
 * @returns what was there before; undefined for the first try; `foreign` when they were brought in for another customer.
 */
export async function beginBrought(sql: Sql, key: Key): Promise<Brought | undefined | 'foreign'> {
  const { id, customerId, platform, fingerprint, app } = key;
  return sql.transaction({ customerId }, async tx => {
    const made = await tx.rows(
      `insert into credential_imports (id, customer_id, platform, fingerprint, app_id, client_id, status, busy_until)
       values ($1, $2, $3, $4, $5, $6, 'sent', clock_timestamp() + $7 * interval '1 second')
       on conflict (platform, fingerprint) do nothing returning 1`,
      [id, customerId, platform, fingerprint, app.id, app.clientId, leaseSeconds],
    );
    if (made.length > 0) return undefined;
    const [before] = await tx.rows<Brought>(
      `select id, status, sealed, times, learned, refusal, client_id as "clientId", connection_id as "connectionId",
         coalesce(busy_until > clock_timestamp(), false) as "isBusy"
       from credential_imports where customer_id = $1 and platform = $2 and fingerprint = $3 for update`,
      [customerId, platform, fingerprint],
    );
    if (before === undefined) return 'foreign';
    if (!before.isBusy && before.status !== 'done')
      await tx.rows(
        `update credential_imports set busy_until = clock_timestamp() + $2 * interval '1 second' where id = $1`,
        [before.id, leaseSeconds],
      );
    return before;
  });
}

/** Begins anew with tokens that can be spent more than once, and that no connection lives by any more. */
export async function beginAgain(
  sql: Sql,
  { id, customerId }: { readonly id: string; readonly customerId: string },
): Promise<void> {
  await sql.transaction({ customerId }, tx =>
    tx.rows(
      `update credential_imports set status = 'sent', connection_id = null, started_at = clock_timestamp(),
         busy_until = clock_timestamp() + $2 * interval '1 second' where id = $1`,
      [id, leaseSeconds],
    ),
  );
}

/** New tokens, before anybody uses them. */
export async function keepRefreshed(
  { sql, keyring }: { readonly sql: Sql; readonly keyring: Keyring },
  place: { readonly id: string; readonly customerId: string },
  {
    stored,
    times,
    learned,
    refusal,
  }: { readonly stored: StoredSecret } & Pick<Brought, 'times' | 'learned' | 'refusal'>,
): Promise<void> {
  const sealed = await sealSecret(keyring, placeOf(place), stored);
  await sql.transaction({ customerId: place.customerId }, tx =>
    tx.rows(
      `update credential_imports set status = 'refreshed', sealed = $2, times = $3, learned = $4, refusal = $5 where id = $1`,
      [place.id, sealed, times, learned, refusal],
    ),
  );
}

export function openRefreshed(
  keyring: Keyring,
  { id, customerId, sealed }: { readonly id: string; readonly customerId: string; readonly sealed: Buffer },
): Promise<StoredSecret> {
  return openSealedSecret(keyring, placeOf({ id, customerId }), sealed);
}

/** Lets go of a try that may be made again, and forgets one that cannot have spent anything. */
export async function endTry(
  sql: Sql,
  { id, customerId }: { readonly id: string; readonly customerId: string },
  isSpent: boolean,
): Promise<void> {
  await sql.transaction({ customerId }, tx =>
    tx.rows(
      isSpent
        ? 'update credential_imports set busy_until = null where id = $1'
        : `delete from credential_imports where id = $1 and status = 'sent'`,
      [id],
    ),
  );
}

function placeOf({ id, customerId }: { readonly id: string; readonly customerId: string }) {
  return { customerId, field: 'credential_imports.sealed', rowId: id, epoch: 0 };
}
