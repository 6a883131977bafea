import type { OAuthRules } from '#connector';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pretend } from '../kit/pretend-oauth.js';
import { type ServedOAuth, serveOAuth } from '../kit/oauth-side.js';
import { until } from '../kit/until.js';

async function open(rules: Partial<OAuthRules> = {}): Promise<ServedOAuth> {
  const side = await serveOAuth(pretend(), { rules });
  onTestFinished(() => side.close());
  return side;
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: unknown;
}

async function tokensOf(reply: Response | Promise<Response>): Promise<Tokens> {
  const answered = await reply;
  if (answered.status !== 200) throw new Error(`${answered.status} ${await answered.text()}`);
  return (await answered.json()) as Tokens;
}

async function errorOf(reply: Promise<Response>): Promise<[number, string]> {
  const answered = await reply;
  return [answered.status, ((await answered.json()) as { error: string }).error];
}

async function first(side: ServedOAuth): Promise<Tokens> {
  return tokensOf(side.exchange(await side.code()));
}

const refused = [400, 'invalid_grant'];

describe('a refresh token', () => {
  test('strict: is good once, and a second use ends all that came of the grant', async () => {
    const side = await open({ rotation: { kind: 'strict' } });
    const one = await first(side);

    const two = await tokensOf(side.refresh(one.refresh_token));
    expect((await side.look(two.access_token)).state).toBe('live');
    expect(await errorOf(side.refresh(one.refresh_token))).toEqual(refused);

    expect((await side.look(two.access_token)).state).toBe('revoked');
    expect(await errorOf(side.refresh(two.refresh_token))).toEqual(refused);
    expect(side.grants()).toMatchObject([{ ended: 'reuse' }]);
  });

  test('grace: works again for some seconds, and ends the grant after that', async () => {
    const side = await open({ rotation: { kind: 'grace', seconds: 100 } });
    const one = await first(side);
    const two = await tokensOf(side.refresh(one.refresh_token));

    side.elapse(60);
    const again = await tokensOf(side.refresh(one.refresh_token));
    expect(again.refresh_token).not.toBe(two.refresh_token);
    expect((await side.look(two.access_token)).state).toBe('live');

    side.elapse(40);
    expect(await errorOf(side.refresh(one.refresh_token))).toEqual(refused);
    expect(side.grants()).toMatchObject([{ ended: 'reuse' }]);
  });

  test('replay: gives the same successor until that is used, and for some seconds more; then it is refused', async () => {
    const side = await open({ rotation: { kind: 'replay', unusedSeconds: 3600, usedSeconds: 100 } });
    const one = await first(side);
    const two = await tokensOf(side.refresh(one.refresh_token));

    side.elapse(3000);
    const again = await tokensOf(side.refresh(one.refresh_token));
    expect([again.access_token, again.refresh_token]).toEqual([two.access_token, two.refresh_token]);
    expect(again.expires_in).toBeLessThanOrEqual(600);
    await side.look(two.access_token);
    side.elapse(60);
    expect((await tokensOf(side.refresh(one.refresh_token))).refresh_token).toBe(two.refresh_token);

    side.elapse(40);
    expect(await errorOf(side.refresh(one.refresh_token))).toEqual(refused);
    expect((await tokensOf(side.refresh(two.refresh_token))).refresh_token).not.toBe(two.refresh_token);
  });

  test('replay: an unused successor is not given for ever either', async () => {
    const side = await open({ rotation: { kind: 'replay', unusedSeconds: 3600, usedSeconds: 10 } });
    const one = await first(side);
    await tokensOf(side.refresh(one.refresh_token));

    side.elapse(3601);

    expect(await errorOf(side.refresh(one.refresh_token))).toEqual(refused);
  });

  test('none: stays, and replies hold none', async () => {
    const side = await open({ rotation: { kind: 'none' } });
    const one = await first(side);

    const replies = [await tokensOf(side.refresh(one.refresh_token)), await tokensOf(side.refresh(one.refresh_token))];

    expect(replies.map(reply => reply.refresh_token)).toEqual([undefined, undefined]);
  });

  test('ends when it is not used for long enough, and each use is a new beginning', async () => {
    const side = await open({ refreshSeconds: 100 });
    const one = await first(side);

    side.elapse(60);
    const two = await tokensOf(side.refresh(one.refresh_token));
    side.elapse(60);
    const three = await tokensOf(side.refresh(two.refresh_token));
    side.elapse(101);

    expect(await errorOf(side.refresh(three.refresh_token))).toEqual(refused);
  });
});

describe('an access token', () => {
  test('lives as long as it says, and no longer', async () => {
    const side = await open({ accessSeconds: 100 });
    const { access_token: token, expires_in: told } = await first(side);

    expect(told).toBe(100);
    side.elapse(60);
    expect((await side.look(token)).state).toBe('live');
    side.elapse(40);
    expect((await side.look(token)).state).toBe('expired');
  });

  test('can end before its time without anybody being told, by itself or with its grant', async () => {
    const side = await open({ toldAccessSeconds: 86_400 });
    const [one, two] = [await first(side), await first(side)];

    side.expire('access', 'grant-1');
    expect((await side.look(one.access_token)).state).toBe('expired');
    expect((await side.look((await tokensOf(side.refresh(one.refresh_token))).access_token)).state).toBe('live');

    side.revoke('grant-2');
    expect((await side.look(two.access_token)).state).toBe('revoked');
    expect(await errorOf(side.refresh(two.refresh_token))).toEqual(refused);
    expect(two.expires_in).toBe(86_400);
  });

  test('dies with the refresh where the rules say so, and lives on where they do not', async () => {
    for (const refreshEndsAccess of [true, false]) {
      const side = await open({ refreshEndsAccess });
      const one = await first(side);
      await side.refresh(one.refresh_token);

      expect((await side.look(one.access_token)).state).toBe(refreshEndsAccess ? 'revoked' : 'live');
    }
  });
});

test('an account can have rules of its own', async () => {
  const side = await open({ rotation: { kind: 'none' } });
  side.setRules({ rotation: { kind: 'strict' }, accessSeconds: 60 }, 'other');
  const [one, other] = [side.makeGrant(), side.makeGrant({ account: 'other' })];

  const replies = [await tokensOf(side.refresh(one.refreshToken)), await tokensOf(side.refresh(other.refreshToken))];

  expect(replies.map(({ expires_in, refresh_token }) => [expires_in, typeof refresh_token])).toEqual([
    [3_600, 'undefined'],
    [60, 'string'],
  ]);
  expect([one.expiresIn, other.expiresIn, side.rules('other').codeSeconds]).toEqual([3_600, 60, 60]);
});

test('one session too many ends the oldest of the same person', async () => {
  const side = await open({ sessionsPerPerson: 2 });

  for (const account of ['acme', 'other', 'acme', 'acme']) await side.exchange(await side.code({ account }));

  expect(side.grants().map(({ account, ended }) => [account, ended])).toEqual([
    ['acme', 'session-limit'],
    ['other', undefined],
    ['acme', undefined],
    ['acme', undefined],
  ]);
});

test('a code can be had without the consent page, and is as strict as any', async () => {
  const side = await open();
  const code = side.makeCode({ redirectUri: 'http://127.0.0.1:9/back', account: 'other' });

  expect(await errorOf(side.exchange(code))).toEqual(refused);
  expect((await side.exchange(code, { redirect_uri: 'http://127.0.0.1:9/back' })).status).toBe(200);
  expect((await side.exchange(side.makeCode())).status).toBe(200);
  expect(side.grants()).toMatchObject([{ account: 'other', person: 'admin', scopes: ['calls', 'users'] }, {}]);
});

test('a grant made elsewhere comes with tokens that work', async () => {
  const side = await open();

  const made = side.makeGrant({ account: 'other' });

  expect(await side.look(made.accessToken)).toMatchObject({ grant: { account: 'other' } });
  expect((await side.refresh(made.refreshToken)).status).toBe(200);
});

test('revoking ends the session behind either token, answers an empty 200, and wants the client', async () => {
  const side = await open();
  const one = await first(side);
  const revoke = (secret: string, token: string) =>
    fetch(`${side.url}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'pretend-client', client_secret: secret, token }),
    });

  expect((await revoke('wrong', one.refresh_token)).status).toBe(401);
  expect((await side.look(one.access_token)).state).toBe('live');
  const reply = await revoke('pretend-secret', one.refresh_token);

  expect([reply.status, await reply.text()]).toEqual([200, '']);
  expect((await side.look(one.access_token)).state).toBe('revoked');
  expect((await revoke('pretend-secret', 'nobody knows it')).status).toBe(200);
});

describe('the ledger', () => {
  test('tells who spent what, how often, and what was answered, and holds no secret', async () => {
    const side = await open();
    const one = await first(side);
    const two = await tokensOf(side.refresh(one.refresh_token));
    await side.refresh(one.refresh_token);

    const entries = side.ledger();

    expect(entries).toMatchObject([
      { n: 1, grantType: 'authorization_code', clientIn: 'basic', times: 1, outcome: 'issued', status: 200 },
      { n: 2, grantType: 'refresh_token', times: 1, outcome: 'issued', grant: 'grant-1', delivered: true },
      { n: 3, grantType: 'refresh_token', times: 2, outcome: 'refused', error: 'invalid_grant', status: 400 },
    ]);
    expect(entries[0]?.gave?.refresh).toBe(entries[1]?.spent);
    expect(entries[1]?.spent).toBe(entries[2]?.spent);
    for (const secret of [one.refresh_token, two.access_token, 'pretend-secret', 'SANDBOX-']) {
      expect(JSON.stringify(entries)).not.toContain(secret);
    }
  });

  test('a step can be held up, and whoever hangs up meanwhile got nothing although all was done', async () => {
    const side = await open();
    const one = await first(side);
    const hangUp = new AbortController();
    const noticed = Promise.withResolvers<void>();
    side.onStep(step => {
      if (step !== 'acted') return;
      hangUp.abort();
      return noticed.promise;
    });

    const url = `${side.url}/token`;
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: one.refresh_token });
    const headers = { authorization: `Basic ${btoa('pretend-client:pretend-secret')}` };
    await expect(fetch(url, { method: 'POST', body, headers, signal: hangUp.signal })).rejects.toThrow();
    await until('the line is seen to be cut', () => side.ledger().at(-1)?.delivered === false);
    noticed.resolve();

    expect(side.ledger().at(-1)).toMatchObject({ outcome: 'issued', status: 0 });
    side.onStep(undefined);
    expect(await errorOf(side.refresh(one.refresh_token))).toEqual(refused);
  });
});
