import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OAuthRules, SimulatedOAuth } from '#connector';
import type { SandboxOAuth } from '../../src/sandbox/oauth/oauth.js';
import { openOAuth } from '../../src/sandbox/oauth/open-oauth.js';
import { type ConsentAnswer, playConsent } from './consent.js';

/** The OAuth side of a pretend platform by itself, and an app that uses it as its papers say. */
export interface ServedOAuth extends SandboxOAuth {
  readonly url: string;
  /** The address to send somebody to, with parameters added, changed, or with undefined left out. */
  authorizeUrl(parameters?: Changes): string;
  /** Consent, from the address to the code. */
  code(answer?: ConsentAnswer, parameters?: Changes): Promise<string>;
  exchange(code: string, parameters?: Changes): Promise<Response>;
  refresh(refreshToken: string, parameters?: Changes): Promise<Response>;
  /** A token request as told, in the way the definition names first. */
  ask(parameters: Changes): Promise<Response>;
  /** Whether a token opens the API, or what keeps it out. */
  look(
    accessToken: string,
  ): Promise<{ readonly state: string; readonly grant?: { readonly id: string; readonly account: string } }>;
  close(): Promise<void>;
}

type Changes = Readonly<Record<string, string | undefined>>;

/** Where nobody listens: whoever plays the browser reads the address and does not follow it. */
export const redirectUri = 'http://127.0.0.1:9/oauth/callback/pretend';

const verifier = 'a-verifier-of-the-right-length-for-rfc-7636-0123456789';
/** BASE64URL(SHA256(verifier)), worked out by another program. */
export const pkce = { verifier, challenge: 'tZ3WrrtvJC-iqpbyn4Emt0etFQaKXf4cDLAV3SAhCsc' };

export interface ServeOptions {
  readonly rules?: Partial<OAuthRules> | undefined;
  /** Called when the API is asked with a token, before that is looked at; a promise holds it up. */
  readonly onLook?: (() => void | Promise<void>) | undefined;
  /** A status in place of the answer to a revocation. */
  readonly onRevoke?: (() => number | undefined) | undefined;
}

export async function serveOAuth(
  definition: SimulatedOAuth,
  { rules, onLook, onRevoke }: ServeOptions = {},
): Promise<ServedOAuth> {
  const side = openOAuth(definition, { account: 'acme', redirectUris: [redirectUri], rules });
  const server = createServer((message, response) => {
    const path = (message.url ?? '/').split('?')[0] ?? '/';
    const refusal = path === definition.revoke?.path ? onRevoke?.() : undefined;
    if (refusal !== undefined) return void response.writeHead(refusal).end();
    const listener = side.listenerOf(path);
    if (listener) return void listener(message, response);
    const token = (message.headers.authorization ?? '').replace('Bearer ', '');
    void (async () => {
      await onLook?.();
      const seen = side.look(token);
      const status = seen.state === 'live' ? 200 : 401;
      // Whatever is asked for is there, and no calls are.
      const body = status === 200 ? { ...seen, calls: [] } : seen;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { client, paths } = side.handles;

  const authorizeUrl: ServedOAuth['authorizeUrl'] = (parameters = {}) => {
    const usual = { client_id: client.id, redirect_uri: redirectUri, response_type: 'code', state: 'state-1' };
    const challenge = definition.authorize.pkce !== 'ignored' && { code_challenge: pkce.challenge };
    const all = { ...usual, ...challenge, ...(challenge && { code_challenge_method: 'S256' }), ...parameters };
    return `${url}${paths.authorize}?${new URLSearchParams(given(all))}`;
  };
  const ask: ServedOAuth['ask'] = async parameters => {
    const { grants, clientIn } = definition.token;
    const place = Object.entries(grants).find(([name]) => name === parameters.grant_type)?.[1][0] ?? 'form';
    const basic = clientIn.includes('basic');
    const all = given({ ...(!basic && { client_id: client.id, client_secret: client.secret }), ...parameters });
    const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
    const headers = {
      ...(basic && { authorization }),
      ...(place === 'json' && { 'content-type': 'application/json' }),
    };
    const query = place === 'query' ? `?${new URLSearchParams(all)}` : '';
    const body = { query: null, form: new URLSearchParams(all), json: JSON.stringify(all) }[place];
    return fetch(`${url}${paths.token}${query}`, { method: 'POST', headers, body, redirect: 'manual' });
  };
  return {
    ...side.handles,
    ...{ url, authorizeUrl, ask },
    async code(answer, parameters) {
      return (await playConsent(authorizeUrl(parameters), answer)).searchParams.get('code') ?? '';
    },
    exchange: (code, parameters) =>
      ask({
        ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri },
        ...(definition.authorize.pkce !== 'ignored' && { code_verifier: verifier }),
        ...parameters,
      }),
    refresh: (refreshToken, parameters) =>
      ask({ grant_type: 'refresh_token', refresh_token: refreshToken, ...parameters }),
    async look(accessToken) {
      const reply = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
      return (await reply.json()) as { state: string };
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function given(parameters: Changes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
