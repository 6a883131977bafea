/**
 * Tokens that another system holds become ours.
 *
 * A refresh may spend them for good, so the order is the promise: what can be looked at without spending anything is looked
 * at first, the intent is written before the refresh is sent, and what it brings is written, sealed, before it is used.
 * Whatever fails after that, the same tokens brought again go on from there.
 */
import { randomUUID } from 'node:crypto';
import type { Connector, OAuth2 } from '#connector';
import { connectorFor } from '../../catalog/index.js';
import { CallerError, notFound } from '../../core/errors.js';
import type { OAuthEndpoint, OAuthGrant, OAuthOutcome } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import { Customer, record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { type App, findApp } from '../apps/find-app.js';
import { type Connection, CredentialHealth } from '../connection.entity.js';
import type { ImportCredentialInput } from '../connection.type.js';
import { keepProbed } from '../keep-probed.js';
import { withoutApp } from '../oauth/begin-authorization.js';
import { databaseNow } from '../oauth/database-now.js';
import { endpointFor } from '../oauth/endpoint-for.js';
import { FreshTokens } from '../oauth/fresh-tokens.js';
import { signInMethod, tokenHeaders } from '../oauth/oauth-method.js';
import { probeAccount } from '../probe-account.js';
import { readConnection } from '../read-connection.js';
import { refuseStopped } from '../stops/refuse-stopped.js';
import { fingerprintOf } from '../tokens/fingerprint.js';
import { keeperOf } from '../tokens/keeper.js';
import { refreshableOf, textOf, timesFrom } from '../tokens/refreshable-of.js';
import { untilKept } from '../until-kept.js';
import { tellOfConnections } from '../watch-connections.js';
import {
  beginAgain,
  beginBrought,
  type Brought,
  type BroughtRefusal,
  endTry,
  keepRefreshed,
  openRefreshed,
} from './brought-row.js';
import { judge } from './judge.js';
import { ofAnother, ofAnotherApp, refusedForGood, spentBefore } from './refused-before.js';
import { refusedRefresh } from './refused-refresh.js';

/** One import, from here to its end. */
export interface Bringing {
  readonly scope: Scope;
  readonly id: string;
  readonly customerId: string;
  readonly connector: Connector;
  readonly method: OAuth2;
  readonly app: App;
  readonly endpoint: OAuthEndpoint;
  readonly refreshToken: Secret<string>;
  readonly expectedAccountId: string | undefined;
}

const tokenForm = /^[!-~]{1,16384}$/;

/**
 * @throws CallerError NOT_FOUND, UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT, CREDENTIAL_REJECTED,
 *   PERMISSION_MISSING, PLATFORM_UNREACHABLE, PLATFORM_BUSY, PLATFORM_CHANGED, IN_PROGRESS; CONFLICT without an app, with one
 *   that is refused, when the tokens are of another account than the expected one, or were brought in for another customer
 */
export async function importCredential(asked: Scope, input: ImportCredentialInput): Promise<Connection> {
  // From here on it is carried through, whether or not whoever asked stays.
  const scope: Scope = { ...asked, signal: new AbortController().signal };
  const { customerId } = input;
  if ((await scope.em.findOne(Customer, { id: customerId })) === null) throw notFound('customer');
  const connector = connectorFor(scope, input.platform, 'input.platform');
  const platform = connector.manifest.id;
  await refuseStopped(scope, platform);
  const method = signInMethod(connector, input.method ?? undefined);
  const app = await findApp(scope, platform, { customerId });
  if (app === undefined) throw withoutApp(connector.manifest.name, platform);
  const refreshToken = readToken('refreshToken', input.refreshToken);
  const accessToken = input.accessToken == null ? undefined : readToken('accessToken', input.accessToken);
  const bringing: Bringing = {
    ...{ scope, id: randomUUID(), customerId, connector, method, app, refreshToken },
    ...{
      endpoint: endpointFor(scope, connector, method, app),
      expectedAccountId: input.expectedAccountId ?? undefined,
    },
  };
  let connection: Connection | undefined;
  await keeperOf(scope).accompany(`credential import ${bringing.id}`, async () => {
    if (accessToken !== undefined) await noted(bringing, () => lookFirst(bringing, accessToken));
    connection = await carryThrough(bringing);
  });
  if (connection === undefined) throw notFound('connection');
  return connection;
}

function readToken(name: 'refreshToken' | 'accessToken', value: string): Secret<string> {
  const trimmed = value.trim();
  if (tokenForm.test(trimmed)) return new Secret(trimmed);
  throw new CallerError('INVALID_INPUT', 'The token is empty, too long, or holds characters that no token has.', {
    ...{ field: `input.${name}`, remedy: 'Copy the token again, without spaces and line breaks.' },
  });
}

async function carryThrough(bringing: Bringing): Promise<Connection> {
  const { scope, id, customerId, connector, method, app, refreshToken } = bringing;
  const fingerprint = fingerprintOf(scope.keyring, refreshToken.reveal());
  const { id: platform, name } = connector.manifest;
  const before = await beginBrought(scope.sql, { id, customerId, platform, fingerprint, app });
  if (before === 'foreign') throw ofAnother(name);
  if (before?.status === 'ended') throw spentBefore(name);
  if (before?.status === 'done') {
    const connection = await readConnection(scope, before.connectionId ?? '');
    if (connection.credentialHealth !== CredentialHealth.DISCONNECTED) return connection;
    if (method.rotation !== 'none') throw spentBefore(name);
    await beginAgain(scope.sql, { id: before.id, customerId });
  }
  if (before?.isBusy === true)
    throw new CallerError('IN_PROGRESS', `These tokens of ${name} are being brought in at this moment.`, {
      remedy: 'Wait two minutes, then ask again: the answer is the connection, or what went wrong.',
    });
  const mine = before === undefined ? bringing : { ...bringing, id: before.id };
  return noted(mine, async () =>
    connect(
      mine,
      before?.sealed == null ? await refreshOnce(mine, before) : await takenUp(mine, before, before.sealed),
    ),
  );
}

/** What goes wrong stands in the audit trail, and the next try need not wait. */
async function noted<T>(bringing: Bringing, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await noteFailure(bringing, error);
    throw error;
  }
}

/** Tokens that are ours alone now, and what came with them. */
interface Refreshed {
  readonly tokens: FreshTokens;
  readonly learned: Readonly<Record<string, string>>;
}

/** What the access token opens, while nothing is spent. One that has ended says nothing. */
async function lookFirst(bringing: Bringing, accessToken: Secret<string>): Promise<void> {
  const { scope, connector, method, expectedAccountId: expected } = bringing;
  const headers = new Secret(tokenHeaders(method, accessToken.reveal()));
  try {
    requireExpected(bringing, (await probeAccount(scope, connector, { method, headers, expected })).account, false);
  } catch (error) {
    if (!(error instanceof CallerError) || error.code !== 'CREDENTIAL_REJECTED') throw error;
  }
}

async function refreshOnce(bringing: Bringing, before: Brought | undefined): Promise<Refreshed> {
  const { scope, id, customerId, connector, method, endpoint, refreshToken } = bringing;
  const wasSent = before?.status === 'sent';
  await inTransaction(scope, inside =>
    record(inside, {
      ...{ act: 'credential.import-begun', target: `customer ${customerId}`, customerId },
      details: { platform: connector.manifest.id, again: wasSent },
    }),
  );
  const askedAt = await databaseNow(scope.sql);
  const outcome: OAuthOutcome = await scope.oauth.refresh(endpoint, refreshToken);
  if (outcome.kind !== 'granted') {
    const mayBeSpent = 'mayHaveActed' in outcome && outcome.mayHaveActed;
    await endTry(scope.sql, { id, customerId }, mayBeSpent || wasSent);
    throw refusedRefresh(bringing, outcome, wasSent);
  }
  // Platforms that rotate nothing send none, and go on with the one that they have.
  const grant: OAuthGrant = { ...outcome, refreshToken: outcome.refreshToken ?? refreshToken };
  const tokens = new FreshTokens(scope, { method, endpoint, grant, askedAt });
  const { learned, refusal } = judge(connector, method, grant);
  await keepSafe(bringing, { tokens, learned }, refusal);
  if (refusal !== undefined) throw refusedForGood(refusal);
  return { tokens, learned };
}

/** What the platform has given is not to be had again, so a database that is away for a moment is waited for. */
async function keepSafe(
  bringing: Bringing,
  { tokens, learned }: Refreshed,
  refusal: BroughtRefusal | undefined,
): Promise<void> {
  const { scope, method } = bringing;
  const stored = { method: method.label, secret: new Secret(tokens.secret) };
  const kept = { stored, learned, times: textOf(tokens.times), refusal: refusal ?? null };
  await untilKept(scope, () => keepRefreshed(scope, bringing, kept));
}

/** Goes on with what an earlier try has refreshed. */
async function takenUp(bringing: Bringing, before: Brought, sealed: Buffer): Promise<Refreshed> {
  const { scope, customerId, connector, method, app, endpoint } = bringing;
  const { id, times, learned, refusal, clientId } = before;
  if (refusal !== null) throw refusedForGood(refusal);
  if (clientId !== null && clientId !== app.clientId) throw ofAnotherApp(connector.manifest.name, clientId);
  const { secret } = await openRefreshed(scope.keyring, { id, customerId, sealed });
  const { access_token: access = '', refresh_token: refresh } = secret.reveal();
  const askedAt = await databaseNow(scope.sql);
  const { accessExpiresAt, refreshExpiresAt } = timesFrom(times);
  const left = (end: Date | null): number | undefined =>
    end === null ? undefined : Math.max(0, (end.getTime() - askedAt.getTime()) / 1_000);
  const grant: OAuthGrant = {
    ...{ accessToken: new Secret(access), accessSeconds: left(accessExpiresAt), scopes: undefined, reply: {} },
    ...{
      refreshToken: refresh === undefined ? undefined : new Secret(refresh),
      refreshSeconds: left(refreshExpiresAt),
    },
  };
  return { learned, tokens: new FreshTokens(scope, { method, endpoint, grant, askedAt }) };
}

async function connect(bringing: Bringing, { tokens, learned }: Refreshed): Promise<Connection> {
  const { scope, id, customerId, connector, method, app, expectedAccountId: expected } = bringing;
  const before = tokens.secret['access_token'];
  const look = async () => {
    try {
      return await probeAccount(scope, connector, { method, headers: tokens, settings: learned, expected });
    } finally {
      // Renewed in the middle of it: what was kept is spent.
      if (tokens.secret['access_token'] !== before) await keepSafe(bringing, { tokens, learned }, undefined);
    }
  };
  const found = await look();
  requireExpected(bringing, found.account, true);
  const secret = new Secret(tokens.secret);
  const platform = connector.manifest.id;
  const probed = {
    ...{ platform, connector, method: method.label, secret, warnings: found.warnings },
    account: { ...found.account, learned: { ...learned, ...found.account.learned } },
    refreshable: refreshableOf(scope.keyring, { method, secret, times: tokens.times, app }),
  };
  const connection = await inTransaction(scope, async inside => {
    const kept = await keepProbed(inside, customerId, probed);
    await inside.em.execute(
      `update credential_imports set status = 'done', sealed = null, busy_until = null, connection_id = ? where id = ?`,
      [kept.id, id],
    );
    const details = { platform, account: found.account.name };
    await record(inside, { act: 'credential.imported', target: `connection ${kept.id}`, customerId, details });
    return kept;
  });
  tellOfConnections(scope, customerId);
  return connection;
}

function requireExpected(
  { connector, expectedAccountId }: Bringing,
  { id, name }: { readonly id: string; readonly name: string },
  isSpent: boolean,
): void {
  if (expectedAccountId === undefined || expectedAccountId === id) return;
  const kept = isSpent
    ? 'The platform has given new tokens meanwhile, which are kept sealed for a day: bring the same ones again with the right account, or none, to go on.'
    : 'Nothing was spent: bring them again with the right account, or none.';
  throw new CallerError('CONFLICT', `The tokens open another account at ${connector.manifest.name}: ${name} (${id}).`, {
    ...{ field: 'input.expectedAccountId', remedy: kept },
  });
}

async function noteFailure({ scope, id, customerId, connector }: Bringing, error: unknown): Promise<void> {
  const { id: platform } = connector.manifest;
  const code = error instanceof CallerError ? error.code : 'INTERNAL';
  try {
    await endTry(scope.sql, { id, customerId }, true);
    await inTransaction(scope, inside =>
      record(inside, {
        ...{
          act: 'credential.import-failed',
          target: `customer ${customerId}`,
          customerId,
          details: { platform, code },
        },
      }),
    );
  } catch (cause) {
    scope.log.error('That tokens could not be brought in could not be written down.', { error: cause });
  }
}
