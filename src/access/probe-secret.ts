import { createHash } from 'node:crypto';
import type { Account, Connector, SecretForm } from '#connector';
import { connectorFor } from '../catalog/index.js';
import { CallerError, PlatformError } from '../core/errors.js';
import { Secret } from '../core/secret.js';
import { makeAsk } from '../engine/index.js';
import { pacerFor } from '../quota/index.js';
import type { Scope } from '../scope.js';
import { checkAccount, countCalls } from './ask-connector.js';
import type { ConnectionNotice } from './connection.entity.js';
import { readSecretForm, type SecretValue } from './secret-form.js';
import type { StoredSecret } from './store-credential.js';

/** An account whose key works. Nothing of it is stored yet. */
export interface Probed extends StoredSecret {
  readonly platform: string;
  readonly connector: Connector;
  readonly account: Account;
  readonly warnings: readonly ConnectionNotice[];
}

const visibilityDays = 365;

/**
 * Tries a key at the platform.
 *
 * @throws CallerError UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT, CREDENTIAL_REJECTED, PERMISSION_MISSING,
 *   PLATFORM_UNREACHABLE, PLATFORM_BUSY
 */
export async function probeSecret(scope: Scope, platform: string, values: readonly SecretValue[]): Promise<Probed> {
  const connector = connectorFor(scope, platform, 'input.platform');
  const { form, secret } = readSecretForm(connector, values);
  const { account, warnings } = await probe(scope, connector, form, secret);
  return { platform, connector, account, warnings, method: form.label, secret };
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

export function secretHeaders(
  form: SecretForm,
  secret: Secret<Readonly<Record<string, string>>>,
): Secret<Readonly<Record<string, string>>> {
  return new Secret(form.headers(secret.reveal()));
}
