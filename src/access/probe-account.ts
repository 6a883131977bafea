import { createHash } from 'node:crypto';
import type { AuthMethod, Connector, Headers } from '#connector';
import { CallerError, PlatformError } from '../core/errors.js';
import type { Secret } from '../core/secret.js';
import { type AuthSource, makeAsk } from '../engine/index.js';
import { pacerFor } from '../quota/index.js';
import type { Scope } from '../scope.js';
import { checkAccount, seesCalls } from './ask-connector.js';
import { type Known, type KnownAccount, knownAccount } from './known-account.js';
import { refuseStopped } from './stops/refuse-stopped.js';
import type { ConnectionNotice } from './connection.entity.js';

const visibilityDays = 365;

/** What was found behind a credential that nobody has stored yet. */
export interface Found {
  readonly account: KnownAccount;
  readonly warnings: readonly ConnectionNotice[];
}

export interface ProbeOptions extends Known {
  readonly method: Pick<AuthMethod, 'remedy'>;
  /** A source, where what opens the account may end in the middle. */
  readonly headers: Secret<Headers> | AuthSource;
  /** Learned before, by the token reply. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Asks the platform who this is and whether calls can be seen. @throws CallerError in the caller's words */
export async function probeAccount(scope: Scope, connector: Connector, options: ProbeOptions): Promise<Found> {
  const { method, headers, settings = {}, ...known } = options;
  await refuseStopped(scope, connector.manifest.id);
  // The account is not known yet; the same credential tried again and again shares one pace.
  const shown = 'take' in headers ? await headers.take() : headers;
  const stranger = createHash('sha256').update(JSON.stringify(shown.reveal())).digest('hex').slice(0, 16);
  const pacer = pacerFor(scope, connector, `probe-${stranger}`);
  const ask = makeAsk({
    connector,
    egress: scope.egress,
    authHeaders: headers,
    settings,
    baseUrl: scope.apiUrls.get(connector.manifest.id),
    mediaUrl: scope.mediaUrls.get(connector.manifest.id),
    pacer,
    signal: scope.signal,
    clock: scope.clock,
    log: scope.log,
  });
  try {
    const account = knownAccount(scope.keyring, await checkAccount(connector, ask), known);
    await pacer.become(account.id);
    return { account, warnings: await visibilityWarnings(scope, connector, ask) };
  } catch (error) {
    throw inCallersWords(error, connector, method);
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
  if (await seesCalls(connector, ask, window)) return [];
  return [
    {
      code: 'NO_CALLS_VISIBLE',
      message: `The credential is accepted, but it sees no calls in the last ${days} days.`,
      remedy: `If ${connector.manifest.name} holds calls, have an administrator there give this credential access to them, then connect again.`,
    },
  ];
}

function inCallersWords(error: unknown, connector: Connector, method: Pick<AuthMethod, 'remedy'>): unknown {
  if (!(error instanceof PlatformError)) return error;
  const refused = error.code === 'CREDENTIAL_REJECTED' || error.code === 'PERMISSION_MISSING';
  const { name } = connector.manifest;
  const message = error.message.startsWith(name) ? error.message : `${name}: ${error.message}`;
  return new CallerError(error.code, message, {
    remedy: refused && !error.isPlatformsAdvice ? method.remedy : laterRemedy(error),
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
