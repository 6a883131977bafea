import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OAuthClient, OAuthEndpoint, OAuthOutcome } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { createEgress, type OpenEgress } from '../../src/infra/egress.js';
import { openLog } from '../../src/infra/log.js';
import { openOAuth } from '../../src/infra/oauth.js';
import { sendJson, startTokenEndpoint, type TokenEndpoint } from '../kit/token-endpoint.js';

let platform: TokenEndpoint;
let egress: OpenEgress;

beforeEach(async () => {
  platform = await startTokenEndpoint((_, response) => sendJson(response, 200, good));
  egress = createEgress({ allow: ['127.0.0.1'], log: openLog('silent') });
});
afterEach(async () => {
  await egress.close();
  await platform.close();
});

const good = {
  access_token: 'access-canary',
  token_type: 'Bearer',
  expires_in: 3_600,
  refresh_token: 'refresh-canary',
};
const refreshToken = new Secret('spent-canary');

function client(timeoutMs = 5_000, from = egress): OAuthClient {
  return openOAuth({
    egress: from,
    agent: protocol => from.agentFor(protocol),
    clock: { now: () => new Date() },
    timeoutMs,
  });
}

function endpoint(more: Partial<OAuthEndpoint> = {}): OAuthEndpoint {
  return {
    ...{ authorizeUrl: 'https://platform.test/authorize', tokenUrl: `${platform.url}/token`, clientId: 'app' },
    ...{ clientSecret: new Secret('app-secret-canary'), clientAuth: 'basic', tokenBody: 'form', ...more },
  };
}

const refresh = (more?: Partial<OAuthEndpoint>): Promise<OAuthOutcome> =>
  client().refresh(endpoint(more), refreshToken);

/** Both ways that a request can take: by the library, and by the address. */
const bodies = ['form', 'query'] as const;

describe('what is sent', () => {
  test('a form, with the app named in the header', async () => {
    await refresh();

    const [{ path, headers, body } = {}] = platform.requests as any[];
    expect(path).toBe('/token');
    expect(headers.authorization).toBe(`Basic ${Buffer.from('app:app-secret-canary').toString('base64')}`);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'spent-canary',
    });
  });

  test('JSON, with the app named in the body', async () => {
    await refresh({ tokenBody: 'json', clientAuth: 'body' });

    expect(JSON.parse(platform.requests[0]?.body ?? '')).toEqual({
      ...{ grant_type: 'refresh_token', refresh_token: 'spent-canary' },
      ...{ client_id: 'app', client_secret: 'app-secret-canary' },
    });
  });

  test('an address with an empty body', async () => {
    await refresh({ tokenBody: 'query', tokenUrl: `${platform.url}/token?tenant=7` });

    const [{ query, headers, body } = {}] = platform.requests as any[];
    expect(Object.fromEntries(query)).toEqual({
      tenant: '7',
      grant_type: 'refresh_token',
      refresh_token: 'spent-canary',
    });
    expect([body, headers.authorization]).toEqual([
      '',
      `Basic ${Buffer.from('app:app-secret-canary').toString('base64')}`,
    ]);
  });

  test.each(bodies)('the same Basic header for odd characters, by %s', async tokenBody => {
    await refresh({ tokenBody, clientId: 'a:b c', clientSecret: new Secret("s%+'*") });

    const header = platform.requests[0]?.headers.authorization?.replace('Basic ', '') ?? '';
    expect(
      Buffer.from(header, 'base64')
        .toString()
        .split(':')
        .map(part => new URLSearchParams(`v=${part}`).get('v')),
    ).toEqual(['a:b c', "s%+'*"]);
  });

  test('grants of every kind, by their own parameters', async () => {
    const parameters = { grant_type: 'account_credentials', account_id: 'acme' };
    await client().grant(endpoint(), new Secret(parameters));

    expect(Object.fromEntries(new URLSearchParams(platform.requests[0]?.body))).toEqual(parameters);
  });

  test('the address at the platform has everything and no secret', () => {
    const url = new URL(
      client().authorizeUrl(endpoint({ authorizeParams: { prompt: 'consent' } }), {
        ...{ redirectUri: 'https://hub.test/oauth/callback/x', scopes: ['a', 'b c'], state: 'st', codeChallenge: 'ch' },
      }),
    );

    expect(url.origin + url.pathname).toBe('https://platform.test/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ response_type: 'code', client_id: 'app', redirect_uri: 'https://hub.test/oauth/callback/x', scope: 'a b c' },
      ...{ state: 'st', code_challenge: 'ch', code_challenge_method: 'S256', prompt: 'consent' },
    });
  });
});

describe('what is believed', () => {
  const granted = async (body: unknown): Promise<any> => {
    platform.answer = (_, response) => sendJson(response, 200, body);
    const outcome: any = await refresh();
    const { accessToken, refreshToken: next, ...rest } = outcome;
    return { access: accessToken?.reveal(), next: next?.reveal(), ...rest };
  };

  test('a reply with all there is', async () => {
    expect(
      await granted({ ...good, scope: 'a b', refresh_token_expires_in: 604_800, host: 'https://x.test' }),
    ).toMatchObject({
      ...{
        kind: 'granted',
        access: 'access-canary',
        next: 'refresh-canary',
        accessSeconds: 3_600,
        refreshSeconds: 604_800,
      },
      ...{ scopes: ['a', 'b'], reply: { host: 'https://x.test' } },
    });
  });

  test('without a new refresh token none is made up', async () => {
    const { refresh_token: _, ...without } = good;

    expect(await granted(without)).toMatchObject({ kind: 'granted', access: 'access-canary', next: undefined });
  });

  test.each([
    ['a number', 90, 90],
    ['text', '90', 90],
    ['a fraction', 90.7, 90],
    ['0', 0, undefined],
    ['less than nothing', -5, undefined],
    ['absent', undefined, undefined],
    ['null', null, undefined],
    ['words', 'soon', undefined],
    ['empty', '', undefined],
    ['beyond all measure', 1e15, undefined],
    ['a list', [90], undefined],
  ])('a lifetime that is %s', async (_, given, read) => {
    expect(await granted({ ...good, expires_in: given })).toMatchObject({ kind: 'granted', accessSeconds: read });
  });

  test.each(bodies)('a lifetime in words costs no grant, by %s', async tokenBody => {
    platform.answer = (_, response) => sendJson(response, 200, { ...good, expires_at: 'whenever' });

    expect((await refresh({ tokenBody })).kind).toBe('granted');
  });

  test('a kind of token in capitals, or none', async () => {
    expect((await granted({ ...good, token_type: 'BEARER' })).kind).toBe('granted');
    expect((await granted({ ...good, token_type: undefined })).kind).toBe('granted');
  });
});

describe('what is not', () => {
  const cases: readonly [string, number, unknown, OAuthOutcome['kind'], object?][] = [
    ['a dead grant', 400, { error: 'invalid_grant' }, 'dead'],
    ['a dead grant with a good status', 200, { error: 'invalid_grant' }, 'dead'],
    ['a dead grant beside a token', 200, { ...good, error: 'invalid_grant' }, 'dead'],
    ['a refused app', 401, { error: 'invalid_client' }, 'misconfigured'],
    ['a refused app with status 400', 400, { error: 'unauthorized_client' }, 'misconfigured'],
    ['an error that nobody knows', 400, { error: 'temporarily_unavailable' }, 'transient'],
    ['a refusal in words', 400, 'go away', 'nonsense'],
    ['a refusal as a page', 403, '<html>blocked</html>', 'nonsense'],
    ['a refusal without a word', 401, '', 'nonsense'],
    ['a page in place of a token', 200, '<html>sign in</html>', 'nonsense'],
    ['a form in place of JSON', 200, 'access_token=access-canary', 'nonsense'],
    ['nothing', 200, '', 'nonsense'],
    ['a list', 200, [good], 'nonsense'],
    ['a number', 200, 5, 'nonsense'],
    ['null', 200, null, 'nonsense'],
    ['JSON that breaks off', 200, '{"access_token": "access-can', 'nonsense'],
    ['a yes that is a no', 200, { ok: false }, 'nonsense'],
    ['a token that is a number', 200, { ...good, access_token: 5 }, 'nonsense'],
    ['an empty token', 200, { ...good, access_token: '' }, 'nonsense'],
    ['a token with a line break', 200, { ...good, access_token: 'a\r\nx-evil: 1' }, 'nonsense'],
    ['a refresh token that is a list', 200, { ...good, refresh_token: ['x'] }, 'nonsense'],
    ['another kind of token', 200, { ...good, token_type: 'mac' }, 'nonsense'],
    ['a redirect', 302, good, 'nonsense', { location: 'http://127.0.0.1:1/' }],
    ['a fault', 500, { error: 'invalid_grant' }, 'transient'],
    ['a fault as a page', 502, '<html>bad gateway</html>', 'transient'],
    ['a wish to wait', 429, '', 'transient', { 'retry-after': '120' }],
  ];
  const all = bodies.flatMap(tokenBody => cases.map(each => ({ tokenBody, what: each[0], each })));
  test.each(all)('by $tokenBody: $what', async ({ tokenBody, each: [, status, body, kind, headers = {}] }) => {
    platform.answer = (_request, response) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const type = typeof body === 'string' ? 'text/html' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers }).end(text);
    };

    const outcome = await refresh({ tokenBody });

    // A redirect with a good body is no promise of anything, and never followed.
    expect(platform.requests).toHaveLength(1);
    expect(outcome.kind).toBe(status === 302 && tokenBody === 'form' ? 'granted' : kind);
    expect(inspect(outcome, { depth: 9 })).not.toMatch(/canary/);
    if (status === 429 && 'retryAt' in outcome)
      expect((outcome.retryAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(100_000);
  });

  test.each(bodies)('an endpoint that says nothing is given up, by %s', async tokenBody => {
    platform.answer = () => undefined;

    const outcome = await client(200).refresh(endpoint({ tokenBody }), refreshToken);

    expect(outcome).toMatchObject({ kind: 'transient', mayHaveActed: true });
  });

  test.each(bodies)('an endpoint that drips is given up as a whole, by %s', async tokenBody => {
    platform.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    };

    const outcome = await client(300).refresh(endpoint({ tokenBody }), refreshToken);

    expect(outcome).toMatchObject({ kind: 'transient', mayHaveActed: true });
  });

  test.each(bodies)('a reply without end is cut, by %s', async tokenBody => {
    platform.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...good, filler: 'x'.repeat(1_000_000) }));
    };

    expect((await refresh({ tokenBody })).kind).not.toBe('granted');
  });

  test.each(bodies)('a cut connection may have been too late, by %s', async tokenBody => {
    platform.answer = (_, response) => void response.destroy();

    expect(await refresh({ tokenBody })).toMatchObject({ kind: 'transient', mayHaveActed: true });
  });

  test.each(bodies)('nobody there saw nothing, by %s', async tokenBody => {
    const tokenUrl = `http://127.0.0.1:1/token`;

    expect(await refresh({ tokenBody, tokenUrl })).toMatchObject({ kind: 'transient', mayHaveActed: false });
  });

  test.each(bodies)('a private address is refused as everywhere, by %s', async tokenBody => {
    const strict = createEgress({ allow: [], log: openLog('silent') });

    const outcome = await client(5_000, strict).refresh(endpoint({ tokenBody }), refreshToken);
    await strict.close();

    expect(outcome.kind).toBe('misconfigured');
    expect(platform.requests).toHaveLength(0);
  });
});

describe('taking a token back', () => {
  test('the empty answer of the standard is a yes', async () => {
    platform.answer = (_, response) => void response.writeHead(200).end();
    const revokeUrl = `${platform.url}/revoke`;

    expect(await client().revoke(endpoint({ revokeUrl }), refreshToken, 'refresh_token')).toBe(true);
    expect(platform.requests[0]?.path).toBe('/revoke');
    expect(Object.fromEntries(new URLSearchParams(platform.requests[0]?.body))).toEqual({
      token: 'spent-canary',
      token_type_hint: 'refresh_token',
    });
  });

  test('a refusal is a no, and so is a platform without such an address', async () => {
    platform.answer = (_, response) => sendJson(response, 503, {});

    expect(
      await client().revoke(endpoint({ revokeUrl: `${platform.url}/revoke` }), refreshToken, 'refresh_token'),
    ).toBe(false);
    expect(await client().revoke(endpoint(), refreshToken, 'refresh_token')).toBe(false);
    expect(platform.requests).toHaveLength(1);
  });
});
