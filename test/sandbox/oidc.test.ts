/** The judge is proven before anybody is judged by it: driven by plain requests, without a line of the product. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GongBehindOidc, startGongBehindOidc } from '../kit/gong-behind-oidc.js';
import { redirectUri, pkce } from '../kit/oauth-side.js';
import { type Oidc, startOidc } from '../kit/oidc.js';

let oidc: Oidc;
let guarded: GongBehindOidc;
beforeAll(async () => {
  [oidc, guarded] = await Promise.all([startOidc(), startGongBehindOidc({ calls: 10 })]);
  oidc.allowRedirect(redirectUri);
  guarded.oidc.allowRedirect(redirectUri);
});
afterAll(async () => {
  await Promise.all([oidc.close(), guarded.close()]);
});

type Changes = Readonly<Record<string, string | undefined>>;

function authorizeUrl(of: Oidc, changes: Changes = {}): string {
  const usual = {
    ...{ client_id: of.client.id, redirect_uri: redirectUri, response_type: 'code', state: 's-1' },
    ...{ scope: 'calls', code_challenge: pkce.challenge, code_challenge_method: 'S256' },
  };
  const given = Object.entries({ ...usual, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return `${of.url}${of.paths.authorize}?${new URLSearchParams(given)}`;
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly error?: string;
}

async function token(of: Oidc, parameters: Record<string, string>, { inQuery = false } = {}) {
  const authorization = `Basic ${btoa(`${of.client.id}:${of.client.secret}`)}`;
  const all = new URLSearchParams(parameters);
  const address = `${of.url}${of.paths.token}${inQuery ? `?${all}` : ''}`;
  const reply = await fetch(address, { method: 'POST', headers: { authorization }, body: inQuery ? null : all });
  return { status: reply.status, body: (await reply.json()) as Tokens };
}

async function codeOf(of: Oidc, changes: Changes = {}): Promise<string> {
  return (await of.consent(authorizeUrl(of, changes))).searchParams.get('code') ?? '';
}

const exchangeOf = (code: string) => ({
  ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: pkce.verifier },
});
const refreshOf = (refreshToken: string) => ({ grant_type: 'refresh_token', refresh_token: refreshToken });

test('leads back with code, state and its own name, and its tokens say whose they are', async () => {
  const back = await oidc.consent(authorizeUrl(oidc), { account: 'other' });
  const { body } = await token(oidc, exchangeOf(back.searchParams.get('code') ?? ''));

  expect([back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual(['s-1', oidc.url]);
  expect(await oidc.introspect(body.access_token)).toMatchObject({ active: true, sub: 'other', scope: 'calls' });
  expect(oidc.look(body.access_token)).toEqual({
    ...{ state: 'live', grant: { account: 'other', person: 'admin', scopes: ['calls'] } },
  });
});

test('gives no code without a challenge of S256, and no token without its verifier', async () => {
  const none = await oidc.consent(authorizeUrl(oidc, { code_challenge: undefined, code_challenge_method: undefined }));
  const plain = await oidc.consent(authorizeUrl(oidc, { code_challenge_method: 'plain' }));
  const wrong = await token(oidc, { ...exchangeOf(await codeOf(oidc)), code_verifier: 'x'.repeat(43) });

  expect([none.searchParams.get('error'), plain.searchParams.get('error')]).toEqual([
    'invalid_request',
    'invalid_request',
  ]);
  expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('takes a refresh token once; the second use ends the whole grant', async () => {
  const before = oidc.count('grant.revoked');
  const { body: one } = await token(oidc, exchangeOf(await codeOf(oidc)));
  const { body: two } = await token(oidc, refreshOf(one.refresh_token));
  expect(two.refresh_token).not.toBe(one.refresh_token);
  expect(await oidc.introspect(two.access_token)).toMatchObject({ active: true });

  const again = await token(oidc, refreshOf(one.refresh_token));

  expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect(await oidc.introspect(two.access_token)).toMatchObject({ active: false });
  expect(oidc.look(two.access_token).state).toBe('unknown');
  expect((await token(oidc, refreshOf(two.refresh_token))).status).toBe(400);
  expect(oidc.count('grant.revoked')).toBeGreaterThan(before);
});

test('revokes at its own address', async () => {
  const { body } = await token(oidc, exchangeOf(await codeOf(oidc)));

  expect((await oidc.revoke(body.refresh_token)).status).toBe(200);

  expect((await token(oidc, refreshOf(body.refresh_token))).body.error).toBe('invalid_grant');
});

test('leads back with access_denied from whoever says no, and with the scopes of whoever says less', async () => {
  const no = await oidc.consent(authorizeUrl(oidc), { decision: 'deny' });
  const less = await oidc.consent(authorizeUrl(oidc, { scope: 'calls users' }), { scopes: ['users'] });

  const { body } = await token(oidc, exchangeOf(less.searchParams.get('code') ?? ''));
  expect(no.searchParams.get('error')).toBe('access_denied');
  expect(await oidc.introspect(body.access_token)).toMatchObject({ scope: 'users' });
});

test('guards the calls of a sandbox Gong at Gong’s own paths, with the refresh in the query', async () => {
  const scope = 'api:workspaces:read api:users:read';
  const gong = { scope, code_challenge: undefined, code_challenge_method: undefined };
  const { code_verifier: _, ...exchange } = exchangeOf(await codeOf(guarded.oidc, gong));
  const { body: one } = await token(guarded.oidc, exchange);
  const { status, body: two } = await token(guarded.oidc, refreshOf(one.refresh_token), { inQuery: true });

  expect(status).toBe(200);
  expect(two).toHaveProperty('api_base_url_for_customer');
  const get = (bearer: string, path: string) =>
    fetch(guarded.sandbox.url + path, { headers: { authorization: `Bearer ${bearer}` } });
  expect((await get(two.access_token, '/v2/workspaces')).status).toBe(200);
  expect((await get(two.access_token, '/v2/calls')).status).toBe(403);
  expect((await get('nobody gave it', '/v2/workspaces')).status).toBe(401);
});
