import { record } from '../customers/index.js';
import { writeFact } from '../outbox/index.js';
import type { Scope } from '../scope.js';
import type { Connection } from './connection.entity.js';
import { revokeLinks } from './links/revoke-link.js';
import type { Probed } from './probe-secret.js';
import { storeCredential } from './store-credential.js';
import { upsertConnection } from './upsert-connection.js';

/** Makes an account whose key works a connection, or renews its connection, in a transaction. */
export async function keepProbed(inside: Scope, customerId: string, probed: Probed): Promise<Connection> {
  const { connector, account, warnings } = probed;
  const connection = await upsertConnection(inside, customerId, connector, account, warnings);
  const { id: connectionId, platform } = connection;
  const epoch = await storeCredential(inside, connection, probed);
  const details = { platform, account: probed.account.name };
  await writeFact(inside, {
    kind: epoch === 1 ? 'connection.connected' : 'connection.renewed',
    ...{ customerId, connectionId },
    details: { ...details, by: inside.viewer.name },
  });
  await revokeLinks(inside, { connectionId }, 'The connection was renewed without it.');
  await record(inside, {
    act: epoch === 1 ? 'connection.connected' : 'credential.renewed',
    ...{ target: `connection ${connectionId}`, customerId, details },
  });
  return connection;
}
