import type { Connector } from '#connector';
import { connectorFor } from '../catalog/index.js';
import { CallerError } from '../core/errors.js';
import { makeAsk } from '../engine/index.js';
import { type AccountPacer, pacerFor, usageOf } from '../quota/index.js';
import type { Scope } from '../scope.js';
import { type Connection, CredentialHealth } from './connection.entity.js';
import { secretHeaders } from './probe-secret.js';
import { openCredential } from './store-credential.js';

/** A connected account, ready to be asked. */
export interface OpenAccount {
  readonly connector: Connector;
  readonly ask: ReturnType<typeof makeAsk>;
  readonly pacer: AccountPacer;
  /** Of the credential that it was opened with. */
  readonly epoch: number;
}

/** @throws CallerError CONNECTION_NOT_READY when the credential must be renewed first. */
export async function openAccount(scope: Scope, connection: Connection, onRequest?: () => void): Promise<OpenAccount> {
  requireReady(connection);
  const connector = connectorFor(scope, connection.platform);
  const { method, secret, epoch } = await openCredential(scope, connection);
  const form = connector.auth.find(({ label }) => label === method) ?? connector.auth[0];
  const pacer = pacerFor(scope, connector, connection.accountId);
  const used = usageOf(scope, connector, connection.accountId);
  const ask = makeAsk({
    connector,
    egress: scope.egress,
    authHeaders: secretHeaders(form, secret),
    settings: connection.settings,
    baseUrl: scope.apiUrls.get(connector.manifest.id),
    pacer,
    signal: scope.signal,
    clock: scope.clock,
    log: scope.log,
    onRequest: ({ waitedMs }) => {
      used(waitedMs);
      onRequest?.();
    },
  });
  return { connector, ask, pacer, epoch };
}

export function requireReady(connection: Connection): void {
  const { credentialHealth } = connection;
  if (credentialHealth === CredentialHealth.VALID || credentialHealth === CredentialHealth.EXPIRING) return;
  throw new CallerError('CONNECTION_NOT_READY', `The connection to ${connection.accountName} needs a new credential.`, {
    field: 'input.connectionId',
    remedy:
      connection.lastError?.remedy ?? 'Connect the same account again with a new key; the connection keeps its id.',
  });
}
