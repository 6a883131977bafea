/**
 * OAuth 2 by simple-oauth2, which stays behind this file: its token objects drop refresh tokens, believe any reply,
 * and wait for ever. What is kept of it is the protocol on the wire.
 */
import type { Agent } from 'node:http';
import simpleOAuth2, { type ModuleOptions } from 'simple-oauth2';
import type { Clock, Egress, OAuthClient, OAuthEndpoint, OAuthOutcome } from '../core/ports.js';
import { readFailure, readRefusal } from './oauth/read-failure.js';
import { readReply } from './oauth/read-reply.js';

const { AuthorizationCode, ClientCredentials } = simpleOAuth2;

export interface OAuthOptions {
  readonly egress: Egress;
  /** Opens connections by the rules of the house. */
  readonly agent: (protocol: string) => { readonly handle: Agent; destroy(): void };
  readonly clock: Clock;
  /** For a whole exchange. */
  readonly timeoutMs?: number;
}

/** Slow platforms take 25 seconds. Leases on refreshes, and the wait for them at the end, are longer than this. */
export const patienceMs = 30_000;
const maxBytes = 256 * 1024;

export function openOAuth(options: OAuthOptions): OAuthClient {
  const { agent, clock, timeoutMs = patienceMs } = options;
  const exchange = async (
    endpoint: OAuthEndpoint,
    send: (library: ModuleOptions) => Promise<unknown>,
    url = endpoint.tokenUrl,
  ): Promise<OAuthOutcome> => {
    const own = agent(new URL(url).protocol);
    // The library's timeouts count the head and the body by themselves; ending the connection ends both.
    const timer = setTimeout(() => own.destroy(), timeoutMs);
    try {
      return readReply(await send(optionsFor(endpoint, own.handle, timeoutMs)));
    } catch (error) {
      return readFailure(error, clock.now());
    } finally {
      clearTimeout(timer);
      own.destroy();
    }
  };
  const request = (endpoint: OAuthEndpoint, parameters: Readonly<Record<string, string>>): Promise<OAuthOutcome> =>
    endpoint.tokenBody === 'query'
      ? byQuery(options, endpoint, parameters)
      : exchange(endpoint, library => tokenOf(new ClientCredentials(library).getToken(parameters)));

  return {
    authorizeUrl(endpoint, { redirectUri, scopes, state, codeChallenge }) {
      const { authorizeParams = {}, authorizeUrl = endpoint.tokenUrl, clientId, tokenUrl } = endpoint;
      const client = { id: clientId, secret: '' };
      const auth = { tokenHost: new URL(tokenUrl).origin, authorizePath: authorizeUrl };
      const challenge = codeChallenge && { code_challenge: codeChallenge, code_challenge_method: 'S256' };
      const asked = { ...authorizeParams, ...challenge, redirect_uri: redirectUri, scope: [...scopes], state };
      return new AuthorizationCode({ client, auth }).authorizeURL(asked);
    },
    grant: (endpoint, parameters) => request(endpoint, parameters.reveal()),
    refresh: (endpoint, refreshToken) =>
      request(endpoint, { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() }),
    async revoke(endpoint, token, kind) {
      const { revokeUrl } = endpoint;
      if (revokeUrl === undefined) return false;
      let answered = true;
      await exchange(
        endpoint,
        library =>
          new ClientCredentials(library)
            .createToken({ [kind]: token.reveal() })
            .revoke(kind)
            .then(undefined, (error: unknown) => {
              answered = false;
              throw error;
            }),
        revokeUrl,
      );
      return answered;
    },
  };
}

function optionsFor(endpoint: OAuthEndpoint, agent: Agent, timeoutMs: number): ModuleOptions {
  const { clientId, clientSecret, clientAuth, tokenBody, tokenUrl, revokeUrl = tokenUrl } = endpoint;
  return {
    client: { id: clientId, secret: clientSecret.reveal() },
    // Whole addresses as paths: they may lie on different hosts.
    auth: { tokenHost: new URL(tokenUrl).origin, tokenPath: tokenUrl, revokePath: revokeUrl },
    options: {
      authorizationMethod: clientAuth === 'basic' ? 'header' : 'body',
      bodyFormat: tokenBody === 'json' ? 'json' : 'form',
    },
    // Strict, as it would be, the library hides the status of whatever is no JSON, and takes the empty reply of a revocation for a fault.
    http: { json: 'force', timeout: timeoutMs, maxBytes, headers: { 'user-agent': 'patchbay' }, agent },
  };
}

async function tokenOf(asked: Promise<{ readonly token: unknown }>): Promise<unknown> {
  return (await asked).token;
}

/** Everything in the address and an empty body, which the library cannot do. */
async function byQuery(
  { egress, clock, timeoutMs = patienceMs }: OAuthOptions,
  endpoint: OAuthEndpoint,
  parameters: Readonly<Record<string, string>>,
): Promise<OAuthOutcome> {
  const { clientId, clientSecret, clientAuth, tokenUrl } = endpoint;
  const url = new URL(tokenUrl);
  const inBody = clientAuth === 'body' && { client_id: clientId, client_secret: clientSecret.reveal() };
  for (const [name, value] of Object.entries({ ...parameters, ...inBody })) url.searchParams.set(name, value);
  try {
    const { status, headers, bytes } = await egress.request({
      ...{ url: url.href, method: 'POST', timeoutMs, maxBytes, signal: new AbortController().signal },
      headers: {
        accept: 'application/json',
        ...(clientAuth === 'basic' && { authorization: basic(clientId, clientSecret.reveal()) }),
      },
    });
    const body = parsed(bytes);
    return status >= 200 && status < 300 ? readReply(body) : readRefusal({ status, headers, body }, clock.now());
  } catch (error) {
    return readFailure(error, clock.now());
  }
}

/** As the standard has it: both parts form-encoded first. */
function basic(id: string, secret: string): string {
  const encoded = [id, secret].map(part => new URLSearchParams({ '': part }).toString().slice(1));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
