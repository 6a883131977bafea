import { randomBytes, randomUUID } from 'node:crypto';
import type { FreshDatabase } from '../kit/database.js';

/** Somebody of this customer is on the way through a sign-in, by an app of its own; and a token of it is to be revoked. */
export async function addSignIn(
  database: FreshDatabase,
  {
    customerId,
    connectionId,
    mark,
  }: { readonly customerId: string; readonly connectionId: string; readonly mark: string },
): Promise<void> {
  const appId = randomUUID();
  await database.query(
    `insert into platform_apps (id, platform, customer_id, client_id, epoch, sealed, created_at, updated_at, updated_by)
     values ($1, 'gong', $2, $3, 1, '\\x00', now(), now(), $3)`,
    [appId, customerId, `${mark} app`],
  );
  await database.query(
    `insert into authorization_sessions (id, customer_id, platform, method, app_id, connection_id, state_hash, browser_hash,
       redirect_uri, status, requested_by, expires_at)
     values ($1, $2, 'gong', 'Sign in with Gong', $3, $4, $5, '\\x00', 'https://hub.test', 'open', $6, now() + interval '1 day')`,
    [randomUUID(), customerId, appId, connectionId, randomBytes(32), `${mark} person`],
  );
  await database.query(
    `insert into revocations (id, connection_id, customer_id, platform, app_id, sealed, again_at)
     values ($1, $2, $3, $4, $5, '\\x00', now() + interval '1 day')`,
    [randomUUID(), connectionId, customerId, `${mark} platform`, appId],
  );
  await database.query(
    `insert into credential_imports (id, customer_id, platform, fingerprint, status) values ($1::uuid, $2, $3, uuid_send($1::uuid), 'sent')`,
    [randomUUID(), customerId, `${mark} origin`],
  );
}
