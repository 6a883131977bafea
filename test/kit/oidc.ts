import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, interactionPolicy, Provider } from 'oidc-provider';
import type { SimulatedBearer } from '#connector';
import { consentPage, sendPage } from '../../src/sandbox/oauth/pages.js';
import { readForm, readParameters } from '../../src/sandbox/oauth/parameters.js';
import { type ConsentAnswer, playConsent } from './consent.js';
import { openOidcStore } from './oidc-store.js';

export interface OidcOptions {
  /** Default `/authorize` and `/token`. */
  readonly paths?: { readonly authorize: string; readonly token: string };
  readonly scopes?: readonly string[];
  /** Default 3,600. */
  readonly accessSeconds?: number;
  /** Default true: without a challenge of S256 there is no code. */
  readonly pkce?: boolean;
  /** Token requests may come in the query string, as one platform wants them. */
  readonly takesQuery?: boolean;
  /** What token replies hold besides the usual. */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/**
 * `oidc-provider`, certified and written by others, as a judge of how we speak OAuth 2: it wants the client by Basic,
 * PKCE by S256, and gives refresh tokens that are good once; a second use ends the whole grant.
 */
export interface Oidc {
  /** Also its issuer, which it names on the way back. */
  readonly url: string;
  readonly client: { readonly id: string; readonly secret: string };
  readonly paths: { readonly authorize: string; readonly token: string };
  /** Registers an address that it may lead back to. */
  allowRedirect(uri: string): void;
  /** Plays somebody at its consent page, without a browser. */
  consent(address: string, answer?: ConsentAnswer): Promise<URL>;
  /** What it says about a token itself: RFC 7662. */
  introspect(token: string): Promise<{ readonly active: boolean; readonly scope?: string; readonly sub?: string }>;
  revoke(token: string): Promise<Response>;
  /** What stands behind an access token, for a sandbox whose API it guards. */
  look(token: string): SimulatedBearer;
  /** Ends every access token, though it seems to live. */
  endAccess(): void;
  /** How often something happened: `grant.success` and `grant.error` at the token endpoint, `grant.revoked`. */
  count(event: 'grant.success' | 'grant.error' | 'grant.revoked'): number;
  close(): Promise<void>;
}

export async function startOidc(options: OidcOptions = {}): Promise<Oidc> {
  const { paths = { authorize: '/authorize', token: '/token' }, scopes = ['calls', 'users'] } = options;
  const client = { id: 'judged-client', secret: randomBytes(24).toString('base64url') };
  const redirectUris = new Set(['http://127.0.0.1:9/never']);
  const store = openOidcStore(id =>
    id === client.id
      ? {
          ...{ client_id: client.id, client_secret: client.secret, redirect_uris: [...redirectUris] },
          ...{ grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] },
          ...{ token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256' },
        }
      : undefined,
  );
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, configurationOf(options, { paths, scopes, adapter: store.adapterOf }));
  const counts = countEvents(provider);
  if (options.extras) addToTokens(provider, options.extras);
  const answer = provider.callback();
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    const { pathname, search } = new URL(message.url ?? '/', url);
    const handled = pathname.startsWith('/interaction/')
      ? interact(provider, message, response)
      : pathname === paths.token && search !== '' && options.takesQuery
        ? passOn(`${url}${paths.token}`, message, response)
        : undefined;
    if (handled) return void handled.catch(() => response.destroy());
    // Every consent begins afresh: whoever signs in the second time may be somebody else.
    if (pathname === paths.authorize) delete message.headers.cookie;
    void answer(message, response);
  });

  const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  const post = (path: string, token: string) =>
    fetch(url + path, { method: 'POST', headers: { authorization }, body: new URLSearchParams({ token }) });
  return {
    ...{ url, client, paths },
    allowRedirect: uri => void redirectUris.add(uri),
    consent: (address, given) => playConsent(address, given),
    introspect: async token => (await (await post('/token/introspection', token)).json()) as { active: boolean },
    revoke: token => post('/token/revocation', token),
    look(token) {
      const found = store.find('AccessToken', token);
      if (!found) return { state: 'unknown' };
      if ((found.exp ?? 0) <= Date.now() / 1000) return { state: 'expired' };
      const { accountId: account = '', scope = '' } = found;
      return { state: 'live', grant: { account, person: 'admin', scopes: scope.split(' ') } };
    },
    endAccess: () => store.forget('AccessToken'),
    count: event => counts.get(event) ?? 0,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Built = Required<Pick<OidcOptions, 'paths' | 'scopes'>> & Pick<Configuration, 'adapter'>;

function configurationOf({ accessSeconds = 3_600, pkce = true }: OidcOptions, built: Built): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const asked = new Check('each_time', 'Each consent begins with a sign-in', ctx =>
    ctx.oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
  );
  policy.get('login')?.checks.add(asked);
  return {
    adapter: built.adapter,
    routes: { authorization: built.paths.authorize, token: built.paths.token },
    scopes: ['openid', ...built.scopes],
    pkce: { required: () => pkce },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
    interactions: { policy, url: (_, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
    },
    ttl: {
      AccessToken: accessSeconds,
      AuthorizationCode: 60,
      Grant: 86_400,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 600,
    },
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    expiresWithSession: () => false,
    loadExistingGrant: async ctx => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId ? ctx.oidc.provider.Grant.find(grantId) : undefined;
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  };
}

function countEvents(provider: Provider): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const event of ['grant.success', 'grant.error', 'grant.revoked'] as const) {
    provider.on(event as 'grant.success', () => void counts.set(event, (counts.get(event) ?? 0) + 1));
  }
  return counts;
}

function addToTokens(provider: Provider, extras: Readonly<Record<string, unknown>>): void {
  provider.use(async (ctx, next) => {
    await next();
    const { oidc, status } = ctx as typeof ctx & { oidc?: { route?: string } };
    if (oidc?.route === 'token' && status === 200) ctx.body = { ...(ctx.body as object), ...extras };
  });
}

/** Sign-in and consent on one page, the same as that of the sandbox. */
async function interact(provider: Provider, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid, params } = await provider.interactionDetails(message, response);
  const clientId = String(params.client_id);
  const scopes = String(params.scope ?? '')
    .split(' ')
    .filter(Boolean);
  if (message.method !== 'POST') {
    const page = { request: uid, action: `/interaction/${uid}`, account: 'acme', client: clientId, scopes };
    return sendPage(response, 200, consentPage(page));
  }
  const form = await readForm(message);
  if (form.get('decision') !== 'allow') {
    return provider.interactionFinished(message, response, { error: 'access_denied' });
  }
  const accountId = form.get('account') ?? '';
  const grant = new provider.Grant({ accountId, clientId });
  for (const scope of scopes) {
    if (form.getAll('scope').includes(scope)) grant.addOIDCScope(scope);
    else grant.rejectOIDCScope(scope);
  }
  const grantId = await grant.save();
  await provider.interactionFinished(message, response, { login: { accountId }, consent: { grantId } });
}

/** The same request with its parameters in a form. */
async function passOn(address: string, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { query, form } = await readParameters(message);
  const { authorization = '' } = message.headers;
  const body = new URLSearchParams({ ...query, ...form });
  const reply = await fetch(address, { method: 'POST', headers: { authorization }, body });
  const text = await reply.text();
  response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' }).end(text);
}
