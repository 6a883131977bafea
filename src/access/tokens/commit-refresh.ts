import type { OAuth2 } from '#connector';
import type { OAuthGrant } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import { isUnattended } from '../oauth/oauth-method.js';
import { sealCredential, type StoredSecret } from '../store-credential.js';
import type { CredentialRow } from './credential-row.js';
import { fingerprintOf, spentBy } from './fingerprint.js';
import { timesOf } from './lifetimes.js';
import { revive } from './revive.js';

export interface Fresh {
  readonly method: OAuth2;
  readonly before: StoredSecret;
  /** Of the app that the refresh was made by. */
  readonly clientId: string;
  readonly grant: OAuthGrant;
  readonly learned: Readonly<Record<string, string>>;
}

/**
 * Stores what a refresh brought, before anybody uses it. Whoever comes late is heard as long as the row still holds what
 * it spent, though its lease has run out and though others have called the connection broken: it may have the only
 * successor there is.
 *
 * @returns whether it was stored; if not, somebody has stored something newer, or the connection is gone.
 */
export async function commitRefresh(house: House, row: CredentialRow, fresh: Fresh): Promise<boolean> {
  const { keyring, sql } = house;
  const { connectionId, customerId, epoch, fingerprint } = row;
  const { method, learned } = fresh;
  // Where what was entered brings tokens again and again, nothing that could be lost takes its place.
  const grant = isUnattended(method) ? { ...fresh.grant, refreshToken: undefined } : fresh.grant;
  const stored = storedAfter({ ...fresh, grant });
  const spent = spentBy(stored.secret.reveal());
  const times = timesOf(method, grant, { askedAt: row.now, refreshExpiresAt: row.refreshExpiresAt, renewable: true });
  const sealed = await sealCredential(keyring, { connectionId, customerId, epoch: epoch + 1 }, stored);
  const successor = { ...times, sealed, fingerprint: spent === undefined ? null : fingerprintOf(keyring, spent) };
  const isStored = await sql.transaction({ customerId }, async tx => {
    const [committed] = await tx.rows<{ settings: Readonly<Record<string, string>> }>(
      `update credentials c set sealed = $4, epoch = c.epoch + 1, fingerprint = $5, access_expires_at = $6,
         refresh_expires_at = $7, refreshed_at = $8, due_at = $9, presented = 0, rejected = null, failures = 0, retry_at = null,
         last_failure = null, refresh_owner = null, refresh_until = null, client_id = $10
       from (select id, credential_health, settings from connections where id = $1 for no key update) n
       where c.connection_id = n.id and c.epoch = $2 and c.fingerprint = $3 and n.credential_health in ('valid', 'expiring')
       returning n.settings`,
      [
        ...[connectionId, epoch, fingerprint, sealed, successor.fingerprint],
        ...[times.accessExpiresAt, times.refreshExpiresAt, times.refreshedAt, times.dueAt, fresh.clientId],
      ],
    );
    if (committed === undefined) return false;
    const settings = { ...committed.settings, ...learned };
    if (JSON.stringify(settings) !== JSON.stringify(committed.settings))
      await tx.rows('update connections set settings = $2, updated_at = clock_timestamp() where id = $1', [
        ...[connectionId, settings],
      ]);
    return true;
  });
  return isStored || revive(house, row, successor, learned);
}

/** What is kept of a refresh: new tokens beside what was entered. */
export function storedAfter({ before, grant }: Pick<Fresh, 'before' | 'grant'>): StoredSecret {
  const { accessToken, refreshToken } = grant;
  const secret = {
    ...before.secret.reveal(),
    access_token: accessToken.reveal(),
    ...(refreshToken !== undefined && { refresh_token: refreshToken.reveal() }),
  };
  return { method: before.method, secret: new Secret(secret) };
}
