import { expect, onTestFinished, test } from 'vitest';
import { playConsent } from '../kit/consent.js';
import { pretend } from '../kit/pretend-oauth.js';
import { redirectUri, type ServedOAuth, serveOAuth } from '../kit/oauth-side.js';

async function open(changes: Parameters<typeof pretend>[0] = {}): Promise<ServedOAuth> {
  const side = await serveOAuth(pretend(changes));
  onTestFinished(() => side.close());
  return side;
}

test('whoever says yes leads back with a code and the state to the letter', async () => {
  const side = await open();
  const state = 'a state/with+signs&=?';

  const back = await playConsent(side.authorizeUrl({ state }));

  expect(back.href.startsWith(`${redirectUri}?`)).toBe(true);
  expect([...back.searchParams.keys()].sort()).toEqual(['code', 'state']);
  expect(back.searchParams.get('state')).toBe(state);
  expect((await side.exchange(back.searchParams.get('code') ?? '')).status).toBe(200);
});

test.each([
  ['no app has this client_id', { client_id: 'stranger' }, 'No app has this client_id.'],
  ['a redirect_uri that is longer than the registered one', { redirect_uri: `${redirectUri}/more` }, 'not registered'],
  ['no redirect_uri', { redirect_uri: undefined }, 'not registered'],
])('%s leads nowhere', async (_, changes, words) => {
  const side = await open();

  await expect(playConsent(side.authorizeUrl(changes))).rejects.toThrow(words);
});

test.each([
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ scope: 'calls everything' }, 'invalid_scope'],
  [{ code_challenge: undefined }, 'invalid_request'],
  [{ code_challenge_method: 'plain' }, 'invalid_request'],
  [{ code_challenge_method: undefined }, 'invalid_request'],
])('a request with %j leads back with %s', async (changes, error) => {
  const side = await open();

  const back = await playConsent(side.authorizeUrl(changes));

  expect(back.searchParams.get('error')).toBe(error);
  expect(back.searchParams.get('state')).toBe('state-1');
  expect(back.searchParams.has('code')).toBe(false);
});

test('who says no leads back with access_denied, and nothing is granted', async () => {
  const side = await open();

  const back = await playConsent(side.authorizeUrl(), { decision: 'deny' });

  expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 'state-1' });
  expect(side.grants()).toEqual([]);
});

test('a plain user cannot say yes where only an administrator may, and can elsewhere', async () => {
  const [strict, open_] = [await open({ consentBy: 'admin' }), await open({ consentBy: 'anyone' })];

  await expect(playConsent(strict.authorizeUrl(), { person: 'user' })).rejects.toThrow('technical administrator');
  await open_.exchange(await open_.code({ person: 'user' }));

  expect(strict.grants()).toEqual([]);
  expect(open_.grants()).toMatchObject([{ person: 'user' }]);
});

test('another account and fewer scopes than asked for are what the grant holds', async () => {
  const side = await open();

  const code = await side.code({ account: 'other', scopes: ['calls', 'never asked for'] }, { scope: 'calls users' });
  const { scope, access_token: token } = (await (await side.exchange(code)).json()) as Record<string, string>;

  expect(scope).toBe('calls');
  expect(await side.look(token ?? '')).toMatchObject({ state: 'live', grant: { account: 'other', scopes: ['calls'] } });
});

test('a page is answered once', async () => {
  const side = await open();
  const page = await (await fetch(side.authorizeUrl())).text();
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const say = (decision: string) =>
    fetch(`${side.url}${side.paths.authorize}`, {
      ...{ method: 'POST', redirect: 'manual' },
      body: new URLSearchParams({ request, account: 'acme', scope: 'calls', decision }),
    });

  expect([(await say('allow')).status, (await say('allow')).status]).toEqual([302, 400]);
});

test('the way back can be bent, for the sake of those who must notice', async () => {
  const side = await open();
  side.setFaults({ callback: { state: 'guessed', iss: 'https://elsewhere.example', code: null } });

  const back = await playConsent(side.authorizeUrl());

  expect(Object.fromEntries(back.searchParams)).toEqual({ state: 'guessed', iss: 'https://elsewhere.example' });
});
