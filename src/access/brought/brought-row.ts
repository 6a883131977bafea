import type { Keyring, Sql } from '../../core/ports.js';
import { openSealedSecret, sealSecret } from '../sealed-secret.js';
import type { StoredSecret } from '../store-credential.js';
import type { TimesText } from '../tokens/refreshable-of.js';

/**
 * Tokens of another system on their way to us, found by what they were: `sent` before they are refreshed, `refreshed` as
 * soon as the platform has given new ones, which lie here sealed, `done` when they are a connection.
 */
export interface Brought {
  readonly id: string;
  readonly status: 'sent' | 'refreshed' | 'done';
  readonly sealed: Buffer | null;
  readonly times: TimesText | null;
  /** Learned from the reply that brought them. */
  readonly learned: Readonly<Record<string, string>>;
  readonly connectionId: string | null;
  /** Somebody is at it. */
  readonly isBusy: boolean;
}

interface Key {
  readonly id: string;
  readonly customerId: string;
  readonly platform: string;
  readonly fingerprint: Buffer;
}

/** Longer than an exchange and a look at the account take. */
const leaseSeconds = 120;

/**
 * Writes the intent down, or takes up what an earlier try has left. Commits before anything is sent.
 *
 * @returns what was there before, and undefined for the first try.
 */
export async function beginBrought(sql: Sql, key: Key): Promise<Brought | undefined> {
  const { id, customerId, platform, fingerprint } = key;
  return sql.transaction({ customerId }, async tx => {
    const made = await tx.rows(
      `insert into credential_imports (id, customer_id, platform, fingerprint, status, busy_until)
       values ($1, $2, $3, $4, 'sent', clock_timestamp() + $5 * interval '1 second')
       on conflict (customer_id, platform, fingerprint) do nothing returning 1`,
      [id, customerId, platform, fingerprint, leaseSeconds],
    );
    if (made.length > 0) return undefined;
    const [before] = await tx.rows<Brought>(
      `select id, status, sealed, times, learned, connection_id as "connectionId",
         coalesce(busy_until > clock_timestamp(), false) as "isBusy"
       from credential_imports where customer_id = $1 and platform = $2 and fingerprint = $3 for update`,
      [customerId, platform, fingerprint],
    );
    if (before !== undefined && !before.isBusy)
      await tx.rows(
        `update credential_imports set busy_until = clock_timestamp() + $2 * interval '1 second' where id = $1`,
        [before.id, leaseSeconds],
      );
    return before;
  });
}

/** New tokens, before anybody uses them. */
export async function keepRefreshed(
  { sql, keyring }: { readonly sql: Sql; readonly keyring: Keyring },
  place: { readonly id: string; readonly customerId: string },
  { stored, times, learned }: { readonly stored: StoredSecret } & Pick<Brought, 'times' | 'learned'>,
): Promise<void> {
  const sealed = await sealSecret(keyring, placeOf(place), stored);
  await sql.transaction({ customerId: place.customerId }, tx =>
    tx.rows(`update credential_imports set status = 'refreshed', sealed = $2, times = $3, learned = $4 where id = $1`, [
      ...[place.id, sealed, times, learned],
    ]),
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
