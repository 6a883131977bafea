import { createHash, randomUUID } from 'node:crypto';
import type { Account, Connector, SecretForm } from '#connector';
import { connectorFor } from '../catalog/index.js';
import { CallerError, notFound, PlatformError } from '../core/errors.js';
import { Secret } from '../core/secret.js';
import { Customer, doneBefore, type Once, onlyOnce, record } from '../customers/index.js';
import { makeAsk } from '../engine/index.js';
import { writeFact } from '../outbox/index.js';
import { pacerFor } from '../quota/index.js';
import type { Scope } from '../scope.js';
import { checkAccount, countCalls } from './ask-connector.js';
import { Connection, type ConnectionNotice, CredentialHealth } from './connection.entity.js';
import { readConnection } from './read-connection.js';
import { readSecretForm, type SecretValue } from './secret-form.js';
import { storeCredential } from './store-credential.js';
import { tellOfConnections } from './watch-connections.js';

export interface ConnectWithSecret {
  readonly customerId: string;
  readonly platform: string;
  readonly secret: readonly SecretValue[];
}

const visibilityDays = 365;

/**
 * Connects an account by a key, or renews the credential of a connection to the same account.
 * The platform is asked before anything is stored.
 *
 * @throws CallerError NOT_FOUND, UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT,
 *   CREDENTIAL_REJECTED, PERMISSION_MISSING, PLATFORM_UNREACHABLE, PLATFORM_BUSY, IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function connectWithSecret(scope: Scope, input: ConnectWithSecret, once?: Once): Promise<Connection> {
  const connected = await doneBefore(scope, once);
  if (connected !== undefined) return readConnection(scope, connected);
  const customer = await scope.em.findOne(Customer, { id: input.customerId });
  if (customer === null) throw notFound('customer');
  const connector = connectorFor(scope, input.platform, 'input.platform');
  const { form, secret } = readSecretForm(connector, input.secret);
  const { account, warnings } = await probe(scope, connector, form, secret);

  const outcome = await onlyOnce(scope, once, async inside => {
    const connection = await upsertConnection(inside, customer.id, connector, account, warnings);
    const epoch = await storeCredential(inside, connection, { method: form.label, secret });
    await record(inside, {
      act: epoch === 1 ? 'connection.connected' : 'credential.renewed',
      target: `connection ${connection.id}`,
      customerId: customer.id,
      details: { platform: connection.platform, account: account.name },
    });
    await writeFact(inside, {
      kind: epoch === 1 ? 'connection.connected' : 'connection.renewed',
      ...{ customerId: customer.id, connectionId: connection.id },
      details: { platform: connection.platform, account: account.name, by: scope.viewer.name },
    });
    return connection;
  });
  if (outcome.before !== undefined) return readConnection(scope, outcome.before);
  tellOfConnections(scope, customer.id);
  return outcome.done;
}

/** Asks the platform who this is and whether calls can be seen. */
async function probe(
  scope: Scope,
  connector: Connector,
  form: SecretForm,
  secret: Secret<Readonly<Record<string, string>>>,
): Promise<{ readonly account: Account; readonly warnings: ConnectionNotice[] }> {
  // The account is not known yet; the same key tried again and again shares one pace.
  const stranger = createHash('sha256').update(JSON.stringify(secret.reveal())).digest('hex').slice(0, 16);
  const pacer = pacerFor(scope, connector, `probe-${stranger}`);
  const ask = makeAsk({
    connector,
    egress: scope.egress,
    authHeaders: secretHeaders(form, secret),
    settings: {},
    baseUrl: scope.apiUrls.get(connector.manifest.id),
    pacer,
    signal: scope.signal,
    clock: scope.clock,
    log: scope.log,
  });
  try {
    const account = await checkAccount(connector, ask);
    await pacer.become(account.id);
    return { account, warnings: await visibilityWarnings(scope, connector, ask) };
  } catch (error) {
    throw inCallersWords(error, connector, form);
  }
}

async function visibilityWarnings(
  scope: Scope,
  connector: Connector,
  ask: ReturnType<typeof makeAsk>,
): Promise<ConnectionNotice[]> {
  const now = scope.clock.now();
  const days = Math.min(visibilityDays, connector.calls.reachesBackDays ?? visibilityDays);
  const window = { from: new Date(now.getTime() - days * 86_400_000).toISOString(), to: now.toISOString() };
  if ((await countCalls(connector, ask, 'check', window)) !== 0) return [];
  return [
    {
      code: 'NO_CALLS_VISIBLE',
      message: `The key is accepted, but it sees no calls in the last ${days} days.`,
      remedy: `If ${connector.manifest.name} holds calls, have an administrator there give this key access to them, then connect again.`,
    },
  ];
}

function inCallersWords(error: unknown, connector: Connector, form: SecretForm): unknown {
  if (!(error instanceof PlatformError)) return error;
  const refused = error.code === 'CREDENTIAL_REJECTED' || error.code === 'PERMISSION_MISSING';
  const { name } = connector.manifest;
  const message = error.message.startsWith(name) ? error.message : `${name}: ${error.message}`;
  return new CallerError(error.code, message, {
    remedy: refused ? form.remedy : laterRemedy(error),
    ...(refused && { field: 'input.secret' }),
    cause: error,
  });
}

/** What the engine says of unreachable and busy platforms is said to runs, which come back by themselves. */
function laterRemedy({ recovery, remedy, until }: PlatformError): string {
  if (recovery === 'wait' && until !== undefined) return `Try again after ${until.toISOString()}; nothing was stored.`;
  if (recovery === 'retry' || recovery === 'wait') return 'Try again in a few minutes; nothing was stored.';
  return remedy ?? 'Try again in a few minutes.';
}

async function upsertConnection(
  scope: Scope,
  customerId: string,
  connector: Connector,
  account: Account,
  warnings: ConnectionNotice[],
): Promise<Connection> {
  const key = { customerId, platform: connector.manifest.id, accountId: account.id };
  const now = scope.clock.now();
  const fresh = {
    accountName: account.name,
    settings: { ...account.learned } as Record<string, string>,
    credentialHealth: CredentialHealth.VALID,
    credentialCheckedAt: now,
    warnings,
    lastError: null,
    updatedAt: now,
  };
  // One statement, so that two people connecting the same account at once get the same connection.
  await scope.em.upsert(
    Connection,
    { id: randomUUID(), ...key, ...fresh, createdBy: scope.viewer.name, createdAt: now },
    {
      onConflictFields: ['customerId', 'platform', 'accountId'],
      onConflictExcludeFields: ['id', 'createdBy', 'createdAt'],
    },
  );
  return scope.em.findOneOrFail(Connection, key, { refresh: true });
}

export function secretHeaders(
  form: SecretForm,
  secret: Secret<Readonly<Record<string, string>>>,
): Secret<Readonly<Record<string, string>>> {
  return new Secret(form.headers(secret.reveal()));
}
