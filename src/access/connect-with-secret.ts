import { connectorFor } from '../catalog/index.js';
import { CallerError, notFound } from '../core/errors.js';
import { Customer, doneBefore, type Once, onlyOnce } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Connection } from './connection.entity.js';
import { keepProbed } from './keep-probed.js';
import { giveBackProbed } from './links/offer-secret.js';
import type { Probed } from './probed.js';
import { probeSecret } from './probe-secret.js';
import { readConnection } from './read-connection.js';
import type { SecretValue } from './secret-form.js';
import { tellOfConnections } from './watch-connections.js';

export interface ConnectWithSecret {
  readonly customerId: string;
  readonly platform: string;
  readonly secret: readonly SecretValue[];
  readonly method?: string | null;
  readonly connectionId?: string | null;
}

/**
 * Connects an account by values that are entered, or renews the credential of a connection to the same account.
 * The platform is asked before anything is stored.
 *
 * @throws CallerError NOT_FOUND, UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT,
 *   CREDENTIAL_REJECTED, PERMISSION_MISSING, PLATFORM_UNREACHABLE, PLATFORM_BUSY, PLATFORM_CHANGED, CONFLICT, IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function connectWithSecret(scope: Scope, input: ConnectWithSecret, once?: Once): Promise<Connection> {
  const connected = await doneBefore(scope, once);
  if (connected !== undefined) return readConnection(scope, connected);
  const customer = await scope.em.findOne(Customer, { id: input.customerId });
  if (customer === null) throw notFound('customer');
  const { platform, secret: values, method } = input;
  const renewed = await connectionToRenew(scope, input);
  const expected = renewed?.accountId;
  const probed = await probeSecret(scope, {
    ...{ customerId: customer.id, platform, values, method: method ?? undefined, expected },
  });
  if (expected !== undefined && probed.account.id !== expected) {
    await giveBackProbed(scope, customer.id, probed);
    throw ofAnotherAccount(probed, renewed?.accountName ?? '');
  }

  const outcome = await onlyOnce(scope, once, inside => keepProbed(inside, customer.id, probed));
  if (outcome.before !== undefined) return readConnection(scope, outcome.before);
  tellOfConnections(scope, customer.id);
  return outcome.done;
}

async function connectionToRenew(
  scope: Scope,
  { customerId, platform, connectionId }: ConnectWithSecret,
): Promise<Connection | undefined> {
  if (connectionId == null) return undefined;
  const id = connectorFor(scope, platform, 'input.platform').manifest.id;
  const connection = await scope.em.findOne(Connection, { id: connectionId, customerId, platform: id });
  if (connection === null) throw notFound('connection');
  return connection;
}

function ofAnotherAccount({ connector, account }: Probed, expected: string): CallerError {
  return new CallerError(
    'CONFLICT',
    `The values open another account at ${connector.manifest.name}: ${account.name}.`,
    {
      ...{
        field: 'input.secret',
        remedy: `Enter those of ${expected}, or leave out connectionId. Nothing was stored.`,
      },
    },
  );
}
