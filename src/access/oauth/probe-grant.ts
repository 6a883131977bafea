import type { Connector, OAuth2 } from '#connector';
import { CallerError } from '../../core/errors.js';
import type { OAuthOutcome } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import type { Scope } from '../../scope.js';
import { probeAccount } from '../probe-account.js';
import type { Probed } from '../probed.js';
import { refuseStopped } from '../stops/refuse-stopped.js';
import { refreshableOf } from '../tokens/refreshable-of.js';
import { withoutApp } from './begin-authorization.js';
import { bringsClient, clientFor } from './client-for.js';
import { databaseNow } from './database-now.js';
import { endpointFor } from './endpoint-for.js';
import { FreshTokens } from './fresh-tokens.js';
import { grantParameters } from './grant-parameters.js';
import { learnedFrom } from './learned-from.js';
import { lackOf, withheldBy } from './missing-scopes.js';

interface Entered {
  readonly connector: Connector;
  readonly method: OAuth2;
  readonly entered: Secret<Readonly<Record<string, string>>>;
  readonly customerId: string;
  /** The account of the connection that is to be renewed. */
  readonly expected?: string | undefined;
}

/**
 * Gets a token by what was entered, for the grants without a sign-in, and asks the platform whose it is. What is not kept
 * in the end is given back.
 *
 * @throws CallerError CREDENTIAL_REJECTED, PERMISSION_MISSING, PLATFORM_UNREACHABLE, PLATFORM_BUSY, PLATFORM_CHANGED;
 *   CONFLICT without an app, or with one that the platform refuses
 */
export async function probeGrant(
  scope: Scope,
  { connector, method, entered, customerId, expected }: Entered,
): Promise<Probed> {
  const { id: platform, name } = connector.manifest;
  await refuseStopped(scope, platform);
  const values = entered.reveal();
  const app = await clientFor(scope, platform, { customerId }, values);
  if (app === undefined) throw withoutApp(name, platform);
  const endpoint = endpointFor(scope, connector, method, app);
  const ask = (): Promise<OAuthOutcome> => scope.oauth.grant(endpoint, new Secret(grantParameters(method, values)));
  const askedAt = await databaseNow(scope.sql);
  const grant = await ask();
  if (grant.kind !== 'granted') throw refusedGrant(connector, method, grant);

  const tokens = new FreshTokens(scope, { method, endpoint, grant, askedAt, again: ask });
  try {
    const lack = lackOf(connector, method, grant);
    if (lack !== undefined) throw new CallerError('PERMISSION_MISSING', lack, { remedy: method.remedy, field });
    const learned = learnedFrom(connector, method, grant.reply);
    const found = await probeAccount(scope, connector, {
      ...{ method, headers: tokens, settings: learned },
      ...{ expected, entered: values },
    });
    const secret = new Secret({ ...values, ...tokens.secret });
    return {
      ...{ platform, connector, method: method.label, secret },
      warnings: [...withheldBy(connector, method, grant), ...found.warnings],
      account: { ...found.account, learned: { ...learned, ...found.account.learned } },
      refreshable: refreshableOf(scope.keyring, { method, secret, times: tokens.times, app }),
    };
  } catch (refusal) {
    await tokens.revoke();
    throw refusal;
  }
}

const field = 'input.secret';
/** Codes of the protocol that say nothing of what was entered. */
const passing = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

/** What the token endpoint's answer means for whoever entered the values. */
function refusedGrant(
  { manifest: { name } }: Connector,
  { remedy, fields = [] }: OAuth2,
  outcome: Exclude<OAuthOutcome, { kind: 'granted' }>,
): CallerError {
  const { kind, reason } = outcome;
  const isRejected =
    kind === 'dead' ||
    (kind === 'misconfigured' && bringsClient(fields)) ||
    (kind === 'transient' && outcome.said !== undefined && !passing.has(outcome.said));
  if (isRejected)
    return new CallerError('CREDENTIAL_REJECTED', `${name} does not accept these values. ${reason}`, { remedy, field });
  if (kind === 'misconfigured')
    return new CallerError('CONFLICT', `${name} refuses the app of this hub. ${reason}`, {
      field: 'input.platform',
      remedy: 'An administrator of the hub sets the app anew by `setPlatformApp`; nothing was stored.',
    });
  if (kind === 'nonsense')
    return new CallerError('PLATFORM_CHANGED', `${name}: ${reason}`, {
      remedy: 'Try again; if it stays, a newer version of this hub may know what has changed. Nothing was stored.',
    });
  const retryAt = kind === 'transient' ? outcome.retryAt : undefined;
  if (retryAt !== undefined)
    return new CallerError('PLATFORM_BUSY', `${name}: ${reason}`, {
      remedy: `Try again after ${retryAt.toISOString()}; nothing was stored.`,
    });
  return new CallerError('PLATFORM_UNREACHABLE', `${name}: ${reason}`, {
    remedy: 'Try again in a few minutes; nothing was stored.',
  });
}
