/**
 * One refresh, from the claim on it to what became of it.
 *
 * The order is the promise: the intent is written before the request leaves, and what comes back is written before anybody
 * uses it. Whoever dies in between leaves a row that says so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connector, OAuth2 } from '#connector';
import { isConnector } from '../../catalog/index.js';
import { PlatformError } from '../../core/errors.js';
import type { OAuthGrant, OAuthOutcome } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import type { App } from '../apps/find-app.js';
import { markDead } from '../mark-broken.js';
import { clientOf } from '../oauth/client-for.js';
import { endpointFor } from '../oauth/endpoint-for.js';
import { grantParameters } from '../oauth/grant-parameters.js';
import { learnedFrom } from '../oauth/learned-from.js';
import { isUnattended, methodNamed } from '../oauth/oauth-method.js';
import { openCredential, type StoredSecret } from '../store-credential.js';
import { untilKept } from '../until-kept.js';
import { commitRefresh, storedAfter } from './commit-refresh.js';
import { type CredentialRow, extendHold, readCredentialRow } from './credential-row.js';
import { giveUpLate } from './give-up-late.js';
import { strictLeaseSeconds } from './lease-seconds.js';
import { settleFailure } from './settle-failure.js';

/** A platform whose servers do not agree yet gets a moment before it is believed. */
const confirmAfterMs = 1_000;
const heartbeatMs = 3_000;
/** Looks up the app that a credential came by. */
export type AppOf = (row: Pick<CredentialRow, 'platform' | 'appId'>) => Promise<App | undefined>;

/** Carries a claimed refresh out. All that can go wrong at the platform ends in the row. */
export async function refresh(house: House, claimed: CredentialRow, appOf: AppOf): Promise<void> {
  const heart = claimed.leaseSeconds < strictLeaseSeconds ? beat(house, claimed) : undefined;
  try {
    const plan = await planFor(house, claimed, appOf).catch((error: unknown) => unready(house, claimed, error));
    await settle(house, claimed, plan, 'send' in plan ? await plan.send() : plan);
  } finally {
    clearInterval(heart);
  }
}

interface Plan {
  readonly connector: Connector;
  readonly method: OAuth2;
  readonly stored: StoredSecret;
  readonly clientId: string;
  send(): Promise<OAuthOutcome>;
}
/** Why nothing can be sent. */
type Unready = Exclude<OAuthOutcome, { readonly kind: 'granted' | 'dead' }>;

async function planFor(house: House, row: CredentialRow, appOf: AppOf): Promise<Plan | Unready> {
  const connector = house.connectors.get(row.platform);
  const stored = await openCredential(house.keyring, row, row.sealed);
  const method = connector && isConnector(connector) ? methodNamed(connector, stored.method) : undefined;
  const app = clientOf(stored.secret.reveal()) ?? (await appOf(row));
  if (connector === undefined || !isConnector(connector) || method === undefined)
    return { kind: 'misconfigured', reason: 'This hub knows the way in no more that the credential came by.' };
  if (app === undefined) return { kind: 'misconfigured', reason: 'There is no app at the platform any more.' };
  if (row.clientId !== null && row.clientId !== app.clientId) {
    house.log.error('Tokens came by another app than the one that is set now.', {
      ...{ platform: row.platform, connectionId: row.connectionId, cameBy: row.clientId, isSet: app.clientId },
    });
    return { kind: 'misconfigured', reason: 'The app that it came by was replaced by another one.' };
  }
  const endpoint = endpointFor(house, connector, method, app);
  const { refresh_token: refreshToken, ...entered } = stored.secret.reveal();
  const send = (): Promise<OAuthOutcome> =>
    refreshToken === undefined || isUnattended(method)
      ? house.oauth.grant(endpoint, new Secret(grantParameters(method, entered)))
      : house.oauth.refresh(endpoint, new Secret(refreshToken));
  return { connector, method, stored, clientId: app.clientId, send };
}

/** Such as a key service that is away. Nothing was sent, and others may try in a moment. */
function unready({ log }: House, { connectionId }: CredentialRow, error: unknown): Unready {
  log.error('A refresh could not be begun.', { error, connectionId });
  return { kind: 'transient', reason: 'This hub could not open the credential.', mayHaveActed: false };
}

async function settle(house: House, row: CredentialRow, plan: Plan | Unready, outcome: OAuthOutcome): Promise<void> {
  const log = house.log.with({ connectionId: row.connectionId, platform: row.platform });
  if (outcome.kind === 'granted' && 'send' in plan) {
    const { method, stored: before, clientId } = plan;
    const fresh = { method, before, clientId, grant: outcome, learned: learned(plan, outcome.reply) };
    const isStored = await untilKept(house, () => commitRefresh(house, row, fresh));
    log.debug('A token was refreshed.', { isStored });
    if (!isStored) await giveUpLate(house, row, storedAfter(fresh));
    return;
  }
  if (outcome.kind === 'dead' && 'send' in plan) return settleDead(house, row, plan, outcome.reason);
  if (outcome.kind === 'granted' || outcome.kind === 'dead') return;
  const level = outcome.kind === 'misconfigured' ? 'error' : 'warn';
  log[level]('A token could not be refreshed.', outcome);
  await settleFailure(house, row, outcome);
}

/** What is odd about a reply must not cost the token in it. */
function learned({ connector, method }: Plan, reply: OAuthGrant['reply']): Readonly<Record<string, string>> {
  try {
    return learnedFrom(connector, method, reply);
  } catch {
    return {};
  }
}

/**
 * The platform says that the grant is gone. Perhaps somebody else spent it a moment ago, and their successor is stored by
 * now; perhaps the platform errs. It is believed when it says so of what is still stored, at the second time of asking.
 * What was sent before and never settled counts as asked: whoever sent it is gone, and so may be what it was to bring.
 * Whoever has begun another refresh since is the one to tell.
 */
async function settleDead(house: House, row: CredentialRow, plan: Plan, reason: string): Promise<void> {
  const now = await readCredentialRow(house.sql, { id: row.connectionId, customerId: row.customerId });
  if (now === undefined || now.epoch !== row.epoch || now.refreshEpoch !== row.refreshEpoch) return;
  if (now.presented < 2) {
    await sleep(confirmAfterMs);
    // Two that send the same token are taken for thieves: not once somebody else is at it.
    if (await extendHold(house.sql, row, 1)) await settle(house, row, plan, await plan.send());
    return;
  }
  const refusal = new PlatformError('CREDENTIAL_REJECTED', 'reconnect', reason, { remedy: plan.method.remedy });
  await markDead(house.ownScope(row.customerId, new AbortController().signal), row, refusal);
}

function beat(house: House, row: CredentialRow): NodeJS.Timeout {
  return setInterval(() => {
    extendHold(house.sql, row).catch((error: unknown) => house.log.debug('A lease was not renewed.', { error }));
  }, heartbeatMs);
}
