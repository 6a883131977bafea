import { LockMode } from '@mikro-orm/postgresql';
import { Secret } from '../core/secret.js';
import type { Scope } from '../scope.js';
import type { Connection } from './connection.entity.js';
import { Credential } from './credential.entity.js';

/** What is kept sealed behind a connection: which method of the connector, and its values. */
export interface StoredSecret {
  readonly method: string;
  readonly secret: Secret<Readonly<Record<string, string>>>;
}

const field = 'credentials.sealed';

/** Seals the secret under the connection's next epoch, which it gives back: 1 for the first. */
export async function storeCredential(
  scope: Scope,
  connection: Connection,
  { method, secret }: StoredSecret,
): Promise<number> {
  const { id: connectionId, customerId } = connection;
  const before = await scope.em.findOne(
    Credential,
    { connectionId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  const epoch = (before?.epoch ?? 0) + 1;
  const plain = Buffer.from(JSON.stringify({ method, secret: secret.reveal() }));
  const sealed = await scope.keyring.seal(plain, { customerId, field, rowId: connectionId, epoch });
  await scope.em.upsert(Credential, { connectionId, customerId, epoch, sealed, storedAt: scope.clock.now() });
  return epoch;
}

/** Opens what {@link storeCredential} sealed. */
export async function openCredential(
  scope: Scope,
  connection: Connection,
): Promise<StoredSecret & { readonly epoch: number }> {
  const { id: connectionId, customerId } = connection;
  const { sealed, epoch } = await scope.em.findOneOrFail(Credential, { connectionId });
  const plain = await scope.keyring.open(sealed, { customerId, field, rowId: connectionId, epoch });
  const { method, secret } = JSON.parse(plain.toString()) as { method: string; secret: Record<string, string> };
  return { method, secret: new Secret(secret), epoch };
}

/** Nothing is left to open. The epoch stays and grows, so that what was sealed before never opens again. */
export async function destroyCredential({ em, clock }: Scope, { id: connectionId }: Connection): Promise<void> {
  const credential = await em.findOneOrFail(
    Credential,
    { connectionId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  em.assign(credential, { epoch: credential.epoch + 1, sealed: Buffer.alloc(0), storedAt: clock.now() });
  await em.flush();
}
