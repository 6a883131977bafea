import type { Sql, SqlTransaction } from '../../core/ports.js';

/** A connection, as far as its tokens are concerned. */
export interface Held {
  readonly id: string;
  readonly customerId: string;
}

/** A credential as it stands, all comparisons with time made by the database's clock. */
export interface CredentialRow {
  readonly connectionId: string;
  readonly customerId: string;
  readonly platform: string;
  readonly accountName: string;
  readonly health: string;
  readonly lastError: { readonly remedy?: string } | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly epoch: number;
  readonly sealed: Buffer;
  readonly appId: string | null;
  /** Of the app that it came by; null: nobody knows. */
  readonly clientId: string | null;
  readonly fingerprint: Buffer | null;
  /** Sends of what a refresh spends whose end nobody has written down, the one that was just begun among them. */
  readonly presented: number;
  readonly failures: number;
  readonly leaseSeconds: number;
  readonly refreshEpoch: number;
  readonly refreshExpiresAt: Date | null;
  readonly isAlive: boolean;
  readonly isDue: boolean;
  /** Somebody refreshes it at this moment. */
  readonly isHeld: boolean;
  /** How long no refresh is to be tried; 0 or less: at once. */
  readonly coolMs: number;
  readonly lastReason: string | null;
  /** By the database's clock. */
  readonly now: Date;
}

// Tokens are not used in their last moments: they would end on the way.
const columns = `
  c.connection_id as "connectionId", c.customer_id as "customerId", n.platform, n.account_name as "accountName",
  n.credential_health as health, n.last_error as "lastError", n.settings, c.epoch, c.sealed, c.app_id as "appId", c.client_id as "clientId",
  c.fingerprint, c.presented, c.failures, c.lease_seconds as "leaseSeconds", c.refresh_epoch as "refreshEpoch",
  c.refresh_expires_at as "refreshExpiresAt",
  coalesce(c.access_expires_at - least(interval '5 s', (c.access_expires_at - c.refreshed_at) * 0.1) > clock_timestamp(), true) as "isAlive",
  coalesce(c.due_at <= clock_timestamp(), false) as "isDue",
  coalesce(c.refresh_until > clock_timestamp(), false) as "isHeld",
  coalesce(extract(epoch from c.retry_at - clock_timestamp()) * 1000, 0)::double precision as "coolMs",
  c.last_failure ->> 'reason' as "lastReason", clock_timestamp() as now`;

export async function readCredentialRow(sql: Sql, { id, customerId }: Held): Promise<CredentialRow | undefined> {
  const [row] = await sql.transaction({ customerId }, tx =>
    tx.rows<CredentialRow>(
      `select ${columns} from credentials c join connections n on n.id = c.connection_id where c.connection_id = $1`,
      [id],
    ),
  );
  return row;
}

/** Free to be refreshed: nobody does, nothing speaks against it, and it was not refused for good. */
const free = `n.id = c.connection_id and n.credential_health in ('valid', 'expiring') and c.fingerprint is not null
  and (c.refresh_until is null or c.refresh_until < clock_timestamp())
  and (c.retry_at is null or c.retry_at <= clock_timestamp())
  and (c.rejected is null or c.rejected <> c.fingerprint)`;

/** The lease, and the intent with it: what is spent from here on counts as sent. */
const claim = `refresh_owner = $1, refresh_until = clock_timestamp() + c.lease_seconds * interval '1 second',
  refresh_epoch = c.refresh_epoch + 1, presented = c.presented + 1`;

/** Takes the refresh of a credential that still has this epoch; undefined: it has not, or is not free. */
export async function claimRefresh(
  sql: Sql,
  owner: string,
  { id, customerId }: Held,
  epoch: number,
): Promise<CredentialRow | undefined> {
  const [row] = await sql.transaction({ customerId }, tx =>
    tx.rows<CredentialRow>(
      `update credentials c set ${claim} from connections n
       where c.connection_id = $2 and c.epoch = $3 and ${free} returning ${columns}`,
      [owner, id, epoch],
    ),
  );
  return row;
}

export interface DueWanted {
  readonly most: number;
  /** Platforms that are left out. */
  readonly full: readonly string[];
}

/** Takes refreshes that are due, the longest due first. */
export async function claimDue(sql: Sql, owner: string, { most, full }: DueWanted): Promise<CredentialRow[]> {
  return sql.transaction('all', tx =>
    tx.rows<CredentialRow>(
      `update credentials c set ${claim} from connections n
       where c.connection_id in (
         select c.connection_id from credentials c join connections n on n.id = c.connection_id
         where c.due_at <= clock_timestamp() and n.platform <> all ($3::text[]) and ${free}
         order by c.due_at limit $2 for update of c skip locked
       ) and n.id = c.connection_id returning ${columns}`,
      [owner, most, full],
    ),
  );
}

/** Tokens that have ended, with nothing to refresh them with. */
export async function findEnded(sql: Sql, most: number): Promise<CredentialRow[]> {
  return sql.transaction('all', tx =>
    tx.rows<CredentialRow>(
      `select ${columns} from credentials c join connections n on n.id = c.connection_id
       where c.due_at <= clock_timestamp() and c.fingerprint is null and n.credential_health in ('valid', 'expiring') limit $1`,
      [most],
    ),
  );
}

/** Which refresh a write is about: only whoever holds it may give it up. */
export interface Hold {
  readonly connectionId: string;
  readonly customerId: string;
  readonly epoch: number;
  readonly refreshEpoch: number;
}

export function whileHeld<T>(sql: Sql, { customerId }: Hold, work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
  return sql.transaction({ customerId }, work);
}

/**
 * A refresh that lasts longer than its lease says that it is alive, and how often it is about to send again.
 *
 * @returns whether it is still its own: nobody else has begun one, or renewed, disconnected or stopped the connection.
 */
export async function extendHold(sql: Sql, hold: Hold, sends = 0): Promise<boolean> {
  const held = await whileHeld(sql, hold, tx =>
    tx.rows(
      `update credentials c set refresh_until = clock_timestamp() + c.lease_seconds * interval '1 second',
         presented = c.presented + $4
       from connections n
       where c.connection_id = $1 and c.epoch = $2 and c.refresh_epoch = $3 and c.refresh_owner is not null
         and n.id = c.connection_id and n.credential_health in ('valid', 'expiring') returning 1`,
      [hold.connectionId, hold.epoch, hold.refreshEpoch, sends],
    ),
  );
  return held.length > 0;
}
