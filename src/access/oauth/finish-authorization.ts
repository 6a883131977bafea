import { timingSafeEqual } from 'node:crypto';
import type { Account, Connector, OAuth2 } from '#connector';
import { connectorFor } from '../../catalog/index.js';
import type { OAuthEndpoint, OAuthGrant } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import { record } from '../../customers/index.js';
import { writeFact } from '../../outbox/index.js';
import { type House, inTransaction, type Scope } from '../../scope.js';
import { findApp } from '../apps/find-app.js';
import type { ConnectionNotice } from '../connection.entity.js';
import { probeAccount } from '../probe-account.js';
import { keeperOf } from '../tokens/keeper.js';
import { failed, failedExchange, noticeOf, refusedConsent } from './authorization-failed.js';
import type { AuthorizationSession } from './authorization-session.entity.js';
import { claimSession } from './claim-session.js';
import { endpointFor } from './endpoint-for.js';
import { isInUse } from './give-back.js';
import { giveBackEarlier } from './give-back-earlier.js';
import { grantParameters } from './grant-parameters.js';
import { learnedFrom } from './learned-from.js';
import { FreshTokens } from './fresh-tokens.js';
import { lackOf, withheldBy } from './missing-scopes.js';
import { signInMethod } from './oauth-method.js';
import { type Callback, readCallback } from './read-callback.js';
import { refuseStopped } from '../stops/refuse-stopped.js';
import { refuseCallback } from './refuse-callback.js';
import { openVerifier, sealProposed } from './secrets-of-a-session.js';

export interface FinishAuthorization {
  readonly platform: string;
  /** In the path of a customer's own app. */
  readonly appId?: string | undefined;
  readonly query: URLSearchParams;
  /** What only this browser knows, from its cookie. */
  readonly browser: string | undefined;
}

/** How long somebody may look at the account that was found. */
const proposedMinutes = 30;

/**
 * A browser has come back from a platform. What it brings is only used when it belongs to a session of this very browser,
 * which is taken before anything is asked of the platform; it then ends as a proposal or with a reason. Nothing is live yet.
 *
 * @returns id of the session; undefined when there was none to be taken.
 */
export async function finishAuthorization(house: House, input: FinishAuthorization): Promise<string | undefined> {
  const callback = readCallback(input.query);
  const session =
    callback && input.browser && (await claimSession(house, { ...input, browser: input.browser }, callback.state));
  if (!callback || !session) {
    await refuseCallback(house, input, callback?.state);
    return undefined;
  }
  // From here on it is carried through, whether or not the browser stays.
  await keeperOf(house).accompany(`authorization ${session.id}`, () => carryThrough(house, session, callback));
  return session.id;
}

async function carryThrough(house: House, session: AuthorizationSession, callback: Callback): Promise<void> {
  const own = house.ownScope(session.customerId, new AbortController().signal);
  const scope: Scope = { ...own, viewer: { ...own.viewer, name: session.requestedBy } };
  try {
    const connector = connectorFor(house, session.platform);
    await propose(scope, connector, signInMethod(connector, session.method), session, callback);
  } catch (error) {
    const notice = noticeOf(error);
    if (notice === undefined) house.log.error('A sign-in could not be finished.', { error });
    await fail(scope, session, notice ?? ourFault);
  }
}

const ourFault: ConnectionNotice = {
  code: 'INTERNAL',
  message: 'Something went wrong on our side.',
  remedy: 'Start again in a few minutes.',
};

async function propose(
  scope: Scope,
  connector: Connector,
  method: OAuth2,
  session: AuthorizationSession,
  { code, error, issuer }: Callback,
): Promise<void> {
  const { name } = connector.manifest;
  if (method.issuer !== undefined && !isSame(issuer, method.issuer))
    throw failed(
      'ISSUER_MISMATCH',
      `The answer does not come from ${name}.`,
      'Start again, and tell whoever sent you here.',
    );
  if (code === undefined) throw refusedConsent(connector, method, error ?? 'unknown');
  const app = await findApp(scope, session.platform, { appId: session.appId });
  if (app === undefined) throw failedExchange(connector, { kind: 'misconfigured', reason: 'There is no app.' });
  if (session.clientId !== null && session.clientId !== app.clientId)
    throw failed('APP_CHANGED', `This hub's app at ${name} was changed while you were there.`, 'Start again.');
  const endpoint = endpointFor(scope, connector, method, app);
  const grant = await exchange(
    scope,
    connector,
    endpoint,
    session,
    grantParameters(method, await proofs(scope, session, code)),
  );
  const askedAt = session.claimedAt ?? scope.clock.now();
  const tokens = new FreshTokens(scope, { method, endpoint, grant, askedAt });
  let accountId: string | null = null;
  try {
    const lack = lackOf(connector, method, grant);
    if (lack !== undefined) throw failed('PERMISSION_MISSING', lack, method.remedy);
    const learned = learnedFrom(connector, method, grant.reply);
    const { account, warnings } = await probeAccount(scope, connector, {
      ...{ method, headers: tokens, settings: learned, expected: session.expectedAccount },
    });
    accountId = account.id;
    requireAccount(connector, session, account);
    await keep(scope, method, session, {
      tokens,
      account,
      warnings: [...withheldBy(connector, method, grant), ...warnings],
      settings: { ...learned, ...account.learned } as Record<string, string>,
    });
  } catch (refusal) {
    const { customerId, platform, appId } = session;
    if (!(await isInUse(scope, { customerId, platform, appId, accountId }))) await tokens.revoke();
    throw refusal;
  }
}

function isSame(given: string | undefined, promised: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(promised)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function proofs(
  { keyring }: House,
  session: AuthorizationSession,
  code: string,
): Promise<Readonly<Record<string, string>>> {
  const verifier = session.verifier && { code_verifier: await openVerifier(keyring, session, session.verifier) };
  return { code, redirect_uri: session.redirectUri, ...verifier };
}

async function exchange(
  { oauth, log }: House,
  connector: Connector,
  endpoint: OAuthEndpoint,
  { platform }: AuthorizationSession,
  parameters: Readonly<Record<string, string>>,
): Promise<OAuthGrant> {
  const outcome = await oauth.grant(endpoint, new Secret(parameters));
  if (outcome.kind === 'granted') return outcome;
  const level = outcome.kind === 'misconfigured' ? 'error' : 'info';
  log[level]('A code was not exchanged.', { platform, kind: outcome.kind, reason: outcome.reason });
  throw failedExchange(connector, outcome);
}

function requireAccount(
  { manifest: { name } }: Connector,
  { expectedAccount }: AuthorizationSession,
  { id, name: found }: Account,
): void {
  if (expectedAccount === null || expectedAccount === id) return;
  throw failed(
    'ACCOUNT_MISMATCH',
    `You signed in to another account at ${name}: ${found}. Nothing was stored.`,
    `Sign out at ${name}, sign in to the account that is connected here, and start again. If the account has really changed, tell whoever sent you here.`,
  );
}

interface Found {
  readonly tokens: FreshTokens;
  readonly account: Account;
  readonly warnings: readonly ConnectionNotice[];
  readonly settings: Readonly<Record<string, string>>;
}

async function keep(scope: Scope, method: OAuth2, session: AuthorizationSession, found: Found): Promise<void> {
  const { tokens, account, warnings, settings } = found;
  const stored = { method: method.label, secret: new Secret(tokens.secret) };
  const proposed = await sealProposed(scope.keyring, session, stored);
  const { times } = tokens;
  await inTransaction(scope, async inside => {
    await refuseStopped(inside, session.platform);
    const kept = await inside.em.execute<unknown[]>(
      `update authorization_sessions set status = 'proposed', verifier = null, proposed = ?, account_id = ?, account_name = ?,
         settings = ?, warnings = ?, times = ?, expires_at = clock_timestamp() + ? * interval '1 minute'
       where id = ? and status = 'exchanging' returning 1`,
      [
        ...[
          proposed,
          account.id,
          account.name,
          JSON.stringify(settings),
          JSON.stringify(warnings),
          JSON.stringify(times),
        ],
        ...[proposedMinutes, session.id],
      ],
    );
    if (kept.length === 0) throw failed('EXPIRED', 'This was ended while you were away.', 'Start again.');
    const { id, customerId, platform } = session;
    const details = { platform, account: account.name };
    await record(inside, { act: 'authorization.proposed', target: `authorization ${id}`, customerId, details });
  });
  const { id: except, customerId, browserHash: browser } = session;
  await giveBackEarlier(scope, { customerId, browser, except }).catch((error: unknown) => {
    // What is proposed now stands all the same.
    scope.log.warn('What an earlier sign-in brought stays until it runs out.', { error });
  });
}

async function fail(
  scope: Scope,
  { id, customerId, platform, connectionId, linkId }: AuthorizationSession,
  problem: ConnectionNotice,
): Promise<void> {
  await inTransaction(scope, async inside => {
    await inside.em.execute(
      `update authorization_sessions set status = 'failed', verifier = null, problem = ? where id = ? and status = 'exchanging'`,
      [JSON.stringify(problem), id],
    );
    const details = { platform, code: problem.code };
    const about = { customerId, ...(connectionId !== null && { connectionId }), ...(linkId !== null && { linkId }) };
    await record(inside, { act: 'authorization.failed', target: `authorization ${id}`, customerId, details });
    if (problem.code !== 'ACCOUNT_MISMATCH') return;
    const mismatch = { platform, by: inside.viewer.name, said: problem.message };
    await writeFact(inside, { kind: 'connection.mismatched', ...about, details: mismatch });
    await record(inside, {
      ...{ act: 'connection.mismatched', target: `authorization ${id}`, customerId, details: mismatch },
    });
  });
}
