/**
 * The pretend Gong lets apps in as Gong's papers and clients have it. Each wrong request has a twin that differs from
 * it in one point alone and goes through.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { playConsent } from '../kit/consent.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';

const callback = 'http://127.0.0.1:9/oauth/callback/gong';

async function open(options: Parameters<typeof startGongSandbox>[0] = {}): Promise<GongSandbox> {
  const sandbox = await startGongSandbox({ calls: 20, oauth: { redirectUris: [callback] }, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

function authorizeUrl(of: GongSandbox, changes: Readonly<Record<string, string>> = {}): string {
  const usual = { client_id: of.oauth.client.id, redirect_uri: callback, response_type: 'code', state: 's' };
  return `${of.url}/oauth2/authorize?${new URLSearchParams({ ...usual, ...changes })}`;
}

async function codeOf(of: GongSandbox, ...answer: [answer?: Parameters<typeof playConsent>[1]]): Promise<string> {
  return (await playConsent(authorizeUrl(of), ...answer)).searchParams.get('code') ?? '';
}

interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, string>>;
  readonly authorization?: string | undefined;
}

async function token(of: GongSandbox, { query, form, json, ...rest }: Asked) {
  const basic = `Basic ${btoa(`${of.oauth.client.id}:${of.oauth.client.secret}`)}`;
  const authorization = 'authorization' in rest ? rest.authorization : basic;
  const reply = await fetch(`${of.url}/oauth2/generate-customer-token?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { ...(authorization && { authorization }), ...(json && { 'content-type': 'application/json' }) },
    body: form ? new URLSearchParams(form) : json ? JSON.stringify(json) : null,
  });
  // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it.
  return { status: reply.status, body: (await reply.json()) as any, headers: reply.headers };
}

const exchangeOf = (code: string) => ({ grant_type: 'authorization_code', code, redirect_uri: callback });
const refreshOf = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token });

function get(of: GongSandbox, path: string, accessToken: string): Promise<Response> {
  return fetch(of.url + path, { headers: { authorization: `Bearer ${accessToken}` } });
}

test('a code becomes tokens that last a day, with the scopes and the host of the company', async () => {
  const of = await open();

  const { status, body } = await token(of, { query: exchangeOf(await codeOf(of)) });

  expect(status).toBe(200);
  expect(body).toEqual({
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 86_400,
    scope: expect.stringContaining('api:calls:read:transcript'),
    api_base_url_for_customer: expect.stringMatching(/^https:\/\/company-\d+\.api\.gong\.io$/),
  });
});

describe('at the token endpoint', () => {
  const invalid = (error: string, status = 400) => ({ status, body: { error, error_description: expect.any(String) } });

  test('a code is taken in the query or in a form, and not in JSON', async () => {
    const of = await open();
    const codes = [await codeOf(of), await codeOf(of), await codeOf(of)].map(exchangeOf);

    expect((await token(of, { query: codes[0]! })).status).toBe(200);
    expect((await token(of, { form: codes[1]! })).status).toBe(200);
    expect(await token(of, { json: codes[2]! })).toMatchObject(invalid('invalid_request'));
  });

  test('a refresh is not looked for in the body, where it is not spent, but in the query', async () => {
    const of = await open();
    const { refreshToken } = of.oauth.makeGrant();

    expect(await token(of, { form: refreshOf(refreshToken) })).toMatchObject(invalid('invalid_request'));
    expect(await token(of, { json: refreshOf(refreshToken) })).toMatchObject(invalid('invalid_request'));
    expect((await token(of, { query: refreshOf(refreshToken) })).status).toBe(200);
    expect(of.oauth.ledger().map(({ outcome, times }) => [outcome, times])).toEqual([
      ['refused', 0],
      ['refused', 0],
      ['issued', 1],
    ]);
  });

  test('a refresh token is good once; the second use ends its successor too', async () => {
    const of = await open();
    const one = of.oauth.makeGrant();
    const other = of.oauth.makeGrant();

    const { body: two } = await token(of, { query: refreshOf(one.refreshToken) });
    expect((await get(of, '/v2/users', two.access_token)).status).toBe(200);
    expect(await token(of, { query: refreshOf(one.refreshToken) })).toMatchObject(invalid('invalid_grant'));

    expect((await get(of, '/v2/users', two.access_token)).status).toBe(401);
    expect(await token(of, { query: refreshOf(two.refresh_token) })).toMatchObject(invalid('invalid_grant'));
    expect((await token(of, { query: refreshOf(other.refreshToken) })).status).toBe(200);
  });

  test('a code is good once; the second use ends what came of it', async () => {
    const of = await open();
    const [query, other] = [exchangeOf(await codeOf(of)), exchangeOf(await codeOf(of))];

    const { body } = await token(of, { query });
    expect(await token(of, { query })).toMatchObject(invalid('invalid_grant'));

    expect((await get(of, '/v2/users', body.access_token)).status).toBe(401);
    expect((await token(of, { query: other })).status).toBe(200);
  });

  test('a code is good for ten minutes', async () => {
    const of = await open();
    const [late, inTime] = [await codeOf(of), await codeOf(of)];

    of.oauth.elapse(570);
    expect((await token(of, { query: exchangeOf(inTime) })).status).toBe(200);
    of.oauth.elapse(30);
    expect(await token(of, { query: exchangeOf(late) })).toMatchObject(invalid('invalid_grant'));
  });

  test('a code wants the redirect_uri that it was made for, and is not used up by a wrong one', async () => {
    const of = await open();
    const query = exchangeOf(await codeOf(of));
    const { redirect_uri: _, ...without } = query;

    expect(await token(of, { query: { ...query, redirect_uri: `${callback}/` } })).toMatchObject(
      invalid('invalid_grant'),
    );
    expect(await token(of, { query: without })).toMatchObject(invalid('invalid_grant'));
    expect((await token(of, { query })).status).toBe(200);
  });

  test('the client shows itself by Basic and in no other way', async () => {
    const of = await open();
    const { client } = of.oauth;
    const query = refreshOf(of.oauth.makeGrant().refreshToken);
    const inBody = { ...query, client_id: client.id, client_secret: client.secret };

    const nobody = await token(of, { query, authorization: undefined });
    expect(nobody).toMatchObject(invalid('invalid_client', 401));
    expect(nobody.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(await token(of, { query: inBody, authorization: undefined })).toMatchObject(invalid('invalid_client', 401));
    const wrong = `Basic ${btoa(`${client.id}:${client.secret}x`)}`;
    expect(await token(of, { query, authorization: wrong })).toMatchObject(invalid('invalid_client', 401));
    expect((await token(of, { query })).status).toBe(200);
  });

  test('another app cannot use what was given to the first', async () => {
    const of = await open();
    of.oauth.setClient('another-app', 'its-secret');
    const authorization = `Basic ${btoa('another-app:its-secret')}`;
    const query = exchangeOf(await codeOf(of));
    const refresh = refreshOf(of.oauth.makeGrant().refreshToken);

    expect(await token(of, { query, authorization })).toMatchObject(invalid('invalid_grant'));
    expect(await token(of, { query: refresh, authorization })).toMatchObject(invalid('invalid_grant'));
    expect((await token(of, { query })).status).toBe(200);
    expect((await token(of, { query: refresh })).status).toBe(200);
  });

  test('other kinds of grant are refused by name, a missing one as missing', async () => {
    const of = await open();
    const kind = (grant_type: string) => token(of, { query: { grant_type } });

    expect(await kind('client_credentials')).toMatchObject(invalid('unsupported_grant_type'));
    expect(await token(of, {})).toMatchObject(invalid('invalid_request'));
    expect(await kind('refresh_token')).toMatchObject(invalid('invalid_request'));
  });

  test('PKCE is not looked at', async () => {
    const of = await open();
    const address = authorizeUrl(of, { code_challenge: 'of-another-verifier', code_challenge_method: 'S256' });
    const code = (await playConsent(address)).searchParams.get('code') ?? '';

    expect((await token(of, { query: { ...exchangeOf(code), code_verifier: 'x'.repeat(43) } })).status).toBe(200);
  });
});

describe('at the consent page', () => {
  test('only a technical administrator says yes, and does so for the whole company', async () => {
    const of = await open();

    await expect(codeOf(of, { person: 'user' })).rejects.toThrow('technical administrator');
    const { body } = await token(of, { query: exchangeOf(await codeOf(of, { person: 'admin' })) });

    const { users } = (await (await get(of, '/v2/users', body.access_token)).json()) as { users: unknown[] };
    expect(users.length).toBeGreaterThan(1);
  });

  test('an app cannot ask for a scope that Gong does not have', async () => {
    const of = await open();
    const back = async (scope: string) => (await playConsent(authorizeUrl(of, { scope }))).searchParams;

    expect((await back('api:calls:read:everything')).get('error')).toBe('invalid_scope');
    expect((await back('api:calls:read:basic api:users:read')).has('code')).toBe(true);
  });
});

describe('at the API', () => {
  test('a token opens the account of whoever signed in, and the access key still opens the usual one', async () => {
    const of = await open({ accounts: { other: { calls: 7 } } });
    const workspace = async (reply: Promise<Response>) => {
      const { workspaces } = (await (await reply).json()) as { workspaces: { id: string }[] };
      return workspaces[0]?.id;
    };
    const [own, other] = [of.oauth.makeGrant(), of.oauth.makeGrant({ account: 'other' })];

    const byKey = await workspace(fetch(`${of.url}/v2/workspaces`, { headers: { authorization: of.authorization } }));

    expect(await workspace(get(of, '/v2/workspaces', own.accessToken))).toBe(byKey);
    expect(await workspace(get(of, '/v2/workspaces', other.accessToken))).not.toBe(byKey);
    expect(of.truth()).toHaveLength(20);
    expect(of.truth(undefined, undefined, 'other')).toHaveLength(7);
    expect(of.truth(undefined, undefined, 'third')).toHaveLength(20);
    expect(of.truth(undefined, undefined, 'third')).not.toEqual(of.truth());
  });

  test.each([
    ['expired', (of: GongSandbox) => of.oauth.elapse(86_400)],
    ['expired early', (of: GongSandbox) => of.oauth.expire('access')],
    ['revoked', (of: GongSandbox) => of.oauth.revoke()],
  ])('a token that is %s is refused in the words of the platform', async (_, end) => {
    const of = await open();
    const { accessToken } = of.oauth.makeGrant();
    expect((await get(of, '/v2/workspaces', accessToken)).status).toBe(200);

    end(of);
    const reply = await get(of, '/v2/workspaces', accessToken);

    expect(reply.status).toBe(401);
    expect(await reply.json()).toEqual({ requestId: expect.any(String), errors: [expect.any(String)] });
  });

  test('a token that nobody gave out is refused', async () => {
    const of = await open();

    expect((await get(of, '/v2/workspaces', 'SANDBOX-AT-guessed')).status).toBe(401);
  });

  test('what was not consented to is refused, and the rest is not', async () => {
    const of = await open();
    const { accessToken } = of.oauth.makeGrant({ scopes: ['api:workspaces:read', 'api:calls:read:extensive'] });
    const calls = (media: boolean) =>
      fetch(`${of.url}/v2/calls/extensive`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ filter: {}, contentSelector: { exposedFields: { media } } }),
      });

    expect((await get(of, '/v2/workspaces', accessToken)).status).toBe(200);
    expect((await calls(false)).status).toBe(200);
    expect((await calls(true)).status).toBe(403);
    const reply = await get(of, '/v2/users', accessToken);
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ errors: [expect.stringContaining('api:users:read')] });
  });

  test('each company has its own limits, whichever way it is entered', async () => {
    const of = await open({ limits: [{ requests: 3, seconds: 3_600 }] });
    const [own, other] = [of.oauth.makeGrant(), of.oauth.makeGrant({ account: 'other' })];
    const three = (token: string) => Promise.all([1, 2, 3].map(() => get(of, '/v2/workspaces', token)));

    const replies = [...(await three(own.accessToken)), ...(await three(other.accessToken))];

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const byKey = await fetch(`${of.url}/v2/workspaces`, { headers: { authorization: of.authorization } });
    expect(byKey.status).toBe(429);
  });
});

test('the admin port does from outside what tests do from inside', async () => {
  const of = await open();
  const admin = async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(of.adminUrl + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it.
    return (await reply.json()) as any;
  };

  const made = await admin('POST', '/oauth/grants', { account: 'other' });
  await admin('POST', '/oauth/rules', { accessSeconds: 2, rotation: { kind: 'grace', seconds: 5 } });
  await admin('POST', '/oauth/faults', { next: ['html'] });
  expect(await admin('GET', '/oauth')).toMatchObject({
    rules: { accessSeconds: 2, codeSeconds: 600 },
    grants: [{ id: made.id, account: 'other' }],
  });
  await fetch(`${of.url}/oauth2/generate-customer-token`, { method: 'POST' });
  expect(await admin('GET', '/oauth/ledger')).toMatchObject([{ fault: 'html', status: 502 }]);

  await admin('POST', '/oauth/elapse', { seconds: 86_400 });
  expect((await get(of, '/v2/users', made.accessToken)).status).toBe(401);
  await admin('POST', '/oauth/revoke', { grant: made.id });
  expect(of.oauth.grants()).toMatchObject([{ ended: 'revoked' }]);
  await admin('POST', '/oauth/redirects', { uri: 'http://127.0.0.1:9/elsewhere' });
  expect((await playConsent(authorizeUrl(of, { redirect_uri: 'http://127.0.0.1:9/elsewhere' }))).pathname).toBe(
    '/elsewhere',
  );
  expect(await admin('POST', '/oauth/expire', { kind: 'all' })).toEqual({ error: 'kind is access or refresh' });
});
