/** How the pretend platforms let apps in, held against their papers. Each wrong request has a right twin. */
import type { SimulatedOAuth } from '#connector';
import { afterEach, describe, expect, test } from 'vitest';
import { oauth as fathom } from '../../connections/fathom/simulator/oauth.js';
import { oauth as gong } from '../../connections/gong/simulator/oauth.js';
import { oauth as grain } from '../../connections/grain/simulator/oauth.js';
import { oauth as ringcentral } from '../../connections/ringcentral/simulator/oauth.js';
import { oauth as zoom } from '../../connections/zoom-phone/simulator/oauth.js';
import { playConsent } from '../kit/consent.js';
import { type ServedOAuth, serveOAuth } from '../kit/oauth-side.js';

const served: ServedOAuth[] = [];
afterEach(async () => {
  await Promise.all(served.splice(0).map(side => side.close()));
});

async function open(definition: SimulatedOAuth): Promise<ServedOAuth> {
  const side = await serveOAuth(definition);
  served.push(side);
  return side;
}

// biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it.
async function bodyOf(reply: Response | Promise<Response>): Promise<any> {
  return (await reply).json();
}

interface Facts {
  readonly of: SimulatedOAuth;
  readonly reply: object;
  /** How the API is entered after two refreshes with one token. */
  readonly spentTwice: 'revoked' | 'live';
}

const usual = { access_token: expect.any(String), refresh_token: expect.any(String), expires_in: 3_600 };

const platforms: Readonly<Record<string, Facts>> = {
  gong: {
    of: gong,
    reply: {
      ...{ ...usual, expires_in: 86_400, token_type: 'Bearer', scope: expect.stringContaining('api:calls:') },
      api_base_url_for_customer: expect.stringMatching(/\.api\.gong\.io$/),
    },
    spentTwice: 'revoked',
  },
  ringcentral: {
    of: ringcentral,
    reply: {
      ...{ ...usual, token_type: 'bearer', refresh_token_expires_in: 604_800, owner_id: 'acme-admin' },
      ...{ scope: expect.stringContaining('ReadCallLog'), session_id: 'grant-1', endpoint_id: expect.any(String) },
    },
    spentTwice: 'live',
  },
  zoom: {
    of: zoom,
    reply: {
      ...usual,
      token_type: 'bearer',
      scope: expect.stringContaining('phone:'),
      api_url: 'https://api-eu.zoom.us',
    },
    spentTwice: 'revoked',
  },
  fathom: { of: fathom, reply: { ...usual, token_type: 'Bearer', scope: 'public_api' }, spentTwice: 'revoked' },
  grain: { of: grain, reply: { ...usual, token_type: 'Bearer' }, spentTwice: 'revoked' },
};

describe.each(Object.entries(platforms))('%s', (_, { of, reply, spentTwice }) => {
  test('gives the tokens and facts that its papers name, and renews them', async () => {
    const side = await open(of);

    const one = await bodyOf(side.exchange(await side.code()));
    const two = await bodyOf(side.refresh(one.refresh_token));

    expect(one).toEqual(reply);
    expect(two).toEqual(reply);
    expect(two.refresh_token).not.toBe(one.refresh_token);
    expect((await side.look(two.access_token)).state).toBe('live');
    await side.refresh(one.refresh_token);
    expect((await side.look(two.access_token)).state).toBe(spentTwice);
  });

  test('looks for the parameters of a refresh in one place only, and spends nothing that stands elsewhere', async () => {
    const side = await open(of);
    const { refreshToken } = side.makeGrant();
    const [right] = of.token.grants.refresh_token ?? [];
    const parameters = {
      ...{ grant_type: 'refresh_token', refresh_token: refreshToken },
      ...(of.token.clientIn.includes('body') && { client_id: of.client.id, client_secret: of.client.secret }),
    };
    const authorization = `Basic ${btoa(`${of.client.id}:${of.client.secret}`)}`;
    const basic = of.token.clientIn.includes('basic') ? { authorization } : undefined;
    const send = (place: 'query' | 'form' | 'json') => {
      const search = place === 'query' ? `?${new URLSearchParams(parameters)}` : '';
      const body = { query: null, form: new URLSearchParams(parameters), json: JSON.stringify(parameters) }[place];
      const headers = { ...basic, ...(place === 'json' && { 'content-type': 'application/json' }) };
      return fetch(`${side.url}${of.token.path}${search}`, { method: 'POST', headers, body });
    };

    for (const place of ['query', 'form', 'json'] as const) {
      if (place !== right) expect((await send(place)).status).toBeGreaterThanOrEqual(400);
    }
    expect(side.ledger().every(({ times }) => times === 0)).toBe(true);
    expect((await send(right ?? 'form')).status).toBe(200);
  });

  test('takes the client in one place only', async () => {
    const side = await open(of);
    const { refreshToken } = side.makeGrant();
    const shown = { client_id: of.client.id, client_secret: of.client.secret };
    const inBasic = of.token.clientIn.includes('basic');
    const authorization = `Basic ${btoa(`${of.client.id}:${of.client.secret}`)}`;
    const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken, ...(inBasic && shown) };
    const [place] = of.token.grants.refresh_token ?? [];
    const search = place === 'query' ? `?${new URLSearchParams(parameters)}` : '';
    const body = place === 'json' ? JSON.stringify(parameters) : new URLSearchParams(parameters);
    const headers = {
      ...(!inBasic && { authorization }),
      ...(place === 'json' && { 'content-type': 'application/json' }),
    };

    const wrong = await fetch(`${side.url}${of.token.path}${search}`, { method: 'POST', headers, body });

    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ error: 'invalid_client' });
    expect((await side.refresh(refreshToken)).status).toBe(200);
  });

  test('forgets a code after its time, and a refresh token that was not used', async () => {
    const side = await open(of);
    const [late, { refreshToken }] = [await side.code(), side.makeGrant()];
    const { codeSeconds, refreshSeconds } = of.rules;

    side.elapse(codeSeconds);
    expect((await side.exchange(await side.code({ account: 'other' }))).status).toBe(200);
    expect(await bodyOf(side.exchange(late))).toMatchObject({ error: 'invalid_grant' });
    side.elapse(refreshSeconds ?? 0);
    expect((await side.refresh(refreshToken)).status).toBe(refreshSeconds === undefined ? 200 : 400);
  });
});

describe('RingCentral', () => {
  test('ends the access token with the refresh, and gives the same successor until that one is used', async () => {
    const side = await open(ringcentral);
    const { refreshToken, accessToken } = side.makeGrant();

    const one = await bodyOf(side.refresh(refreshToken));
    expect((await side.look(accessToken)).state).toBe('revoked');
    expect((await bodyOf(side.refresh(refreshToken))).refresh_token).toBe(one.refresh_token);

    await side.look(one.access_token);
    side.elapse(10);
    expect(await bodyOf(side.refresh(refreshToken))).toMatchObject({
      error: 'invalid_grant',
      errors: [{ message: expect.any(String) }],
    });
    expect((await side.look(one.access_token)).state).toBe('live');
  });

  test('lets an assertion from its console in, without anything to refresh, and no other', async () => {
    const side = await open(ringcentral);
    const jwt = (assertion: string) =>
      side.ask({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });

    expect(await bodyOf(jwt('of.somebody.else'))).toMatchObject({ error: 'invalid_grant' });
    const reply = await bodyOf(jwt(side.makeAssertion('acme', 'user')));

    expect(reply).toMatchObject({ expires_in: 3_600, owner_id: 'acme-user' });
    expect(reply).not.toHaveProperty('refresh_token');
    expect(reply).not.toHaveProperty('refresh_token_expires_in');
  });

  test('keeps five sessions of a person, and revoking one ends it alone', async () => {
    const side = await open(ringcentral);
    const sessions = Array.from({ length: 6 }, () => side.makeGrant());
    const authorization = `Basic ${btoa(`${ringcentral.client.id}:${ringcentral.client.secret}`)}`;
    const body = new URLSearchParams({ token: sessions[5]?.accessToken ?? '' });

    await fetch(`${side.url}/restapi/oauth/revoke`, { method: 'POST', headers: { authorization }, body });

    expect(side.grants().map(({ ended }) => ended)).toEqual([
      ...['session-limit', undefined, undefined, undefined, undefined, 'revoked'],
    ]);
  });

  test('does not look at the scope that is asked for', async () => {
    const side = await open(ringcentral);

    const { scope } = await bodyOf(side.exchange(await side.code({}, { scope: 'ReadCallLog Everything' })));

    expect(scope).toBe(ringcentral.scopes.join(' '));
  });
});

describe('Zoom', () => {
  test('lets the account’s own app in by the account, in the query or a form, and by no other account', async () => {
    const side = await open(zoom);
    const own = await bodyOf(side.ask({ grant_type: 'account_credentials', account_id: 'acme' }));

    expect(own).toMatchObject({ expires_in: 3_600, api_url: 'https://api-eu.zoom.us' });
    expect(own).not.toHaveProperty('refresh_token');
    const other = await side.ask({ grant_type: 'account_credentials', account_id: 'other' });
    expect([other.status, await other.json()]).toEqual([400, { error: 'invalid_request', reason: 'Bad account_id' }]);
  });

  test('checks PKCE only where it was begun, and takes plain as well', async () => {
    const side = await open(zoom);
    const without = { code_challenge: undefined, code_challenge_method: undefined };
    const verifier = 'plain-verifier-that-is-as-long-as-the-rfc-wants-it';
    const plain = { code_challenge: verifier, code_challenge_method: 'plain' };

    expect((await side.exchange(await side.code({}, without), { code_verifier: undefined })).status).toBe(200);
    expect((await side.exchange(await side.code({}, plain), { code_verifier: verifier })).status).toBe(200);
    expect((await side.exchange(await side.code({}, plain))).status).toBe(400);
    expect((await side.exchange(await side.code(), { code_verifier: undefined })).status).toBe(400);
  });

  test('ends what came before when the same person lets the app in again', async () => {
    const side = await open(zoom);
    const one = await bodyOf(side.exchange(await side.code()));
    const two = await bodyOf(side.exchange(await side.code()));

    expect(await bodyOf(side.refresh(one.refresh_token))).toMatchObject({ error: 'invalid_grant' });
    expect((await side.refresh(two.refresh_token)).status).toBe(200);
  });
});

test('Grain gives no code without a challenge', async () => {
  const side = await open(grain);
  const without = { code_challenge: undefined, code_challenge_method: undefined };

  expect((await playConsent(side.authorizeUrl(without))).searchParams.get('error')).toBe('invalid_request');
  expect((await playConsent(side.authorizeUrl())).searchParams.has('code')).toBe(true);
});
