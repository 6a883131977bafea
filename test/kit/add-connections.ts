import { randomUUID } from 'node:crypto';
import { Secret } from '../../src/core/secret.js';
import { openKeyring } from '../../src/infra/keyring.js';
import { openSql } from '../../src/infra/sql.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { sealCredential } from '../../src/access/store-credential.js';
import { fingerprintOf } from '../../src/access/tokens/fingerprint.js';
import type { TokenWorld } from '../faults/tokens/world.js';
import { keysOf, usualKey } from './keys.js';

/** Connections of one customer whose tokens are in the middle of their lives, so that as many are due in each second. */
export async function addConnections(world: TokenWorld, count: number, lifeSeconds: number): Promise<void> {
  const { customerId } = await world.connected();
  const keys = keysOf(usualKey);
  const { url, root } = await prepareDatabase(world.hub.database.url, keys);
  const sql = openSql(url);
  const keyring = openKeyring({ ...keys, root, sql });
  for (let done = 0; done < count; done += 500) {
    const rows = await Promise.all(
      Array.from({ length: Math.min(500, count - done) }, async () => {
        const connectionId = randomUUID();
        const { family, access } = world.gong.grant();
        const secret = new Secret({ access_token: access, refresh_token: family.refresh });
        const stored = { method: 'Sign in with Gong', secret };
        return {
          id: connectionId,
          sealed: (await sealCredential(keyring, { connectionId, customerId, epoch: 1 }, stored)).toString('hex'),
          fingerprint: fingerprintOf(keyring, family.refresh).toString('hex'),
        };
      }),
    );
    await world.hub.database.query(
      `with given as (select * from jsonb_to_recordset($1) as g (id uuid, sealed text, fingerprint text, due float8)),
       made as (
         insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health,
           credential_checked_at, warnings, created_by)
         select id, $2, 'gong', id::text, 'One of many', '{}', 'valid', now(), '[]', 'a bench' from given returning id)
       insert into credentials (connection_id, customer_id, epoch, sealed, fingerprint, refreshed_at)
       select g.id, $2, 1, decode(g.sealed, 'hex'), decode(g.fingerprint, 'hex'), clock_timestamp()
       from given g join made on made.id = g.id`,
      [JSON.stringify(rows), customerId],
    );
  }
  // From now on, and not from when each was made, or the first of them are late before anybody can begin.
  await world.hub.database.query(
    `update credentials c set due_at = d.due_at, access_expires_at = d.due_at + $1 * interval '0.45 s'
     from (select connection_id, clock_timestamp() + random() * $1 * interval '0.55 s' as due_at from credentials) d
     where d.connection_id = c.connection_id and c.due_at is null`,
    [lifeSeconds],
  );
  keyring.close();
  await sql.close();
}
