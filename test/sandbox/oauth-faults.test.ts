import { expect, onTestFinished, test } from 'vitest';
import { pretend } from '../kit/pretend-oauth.js';
import { type ServedOAuth, serveOAuth } from '../kit/oauth-side.js';

async function open(): Promise<ServedOAuth> {
  const side = await serveOAuth(pretend());
  onTestFinished(() => side.close());
  return side;
}

test.each([
  ['error500', 500, 'json'],
  ['error503', 503, 'json'],
  ['html', 502, 'html'],
  ['ok-html', 200, 'html'],
  ['bare400', 400, 'plain'],
  ['ok-error', 200, 'json'],
  ['invalid-client', 401, 'json'],
  ['invalid-grant', 400, 'json'],
  ['redirect', 302, 'json'],
  ['huge', 200, 'json'],
] as const)('%s comes once in the place of the answer, and nothing is spent by it', async (fault, status, type) => {
  const side = await open();
  const { refreshToken } = side.makeGrant();
  side.setFaults({ next: [fault] });

  const faulty = await side.refresh(refreshToken);
  await faulty.arrayBuffer();
  const good = await side.refresh(refreshToken);

  expect([faulty.status, faulty.headers.get('content-type')]).toEqual([status, expect.stringContaining(type)]);
  expect(good.status).toBe(200);
  expect(side.ledger()).toMatchObject([
    { outcome: 'nothing', fault, status, grant: 'grant-1', times: 1 },
    { outcome: 'issued' },
  ]);
});

test('a 429 says when to come back', async () => {
  const side = await open();
  side.setFaults({ next: [{ fault: 'too-many', seconds: 90 }] });

  const reply = await side.refresh(side.makeGrant().refreshToken);

  expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '90']);
});

test.each(['error500', 'cut', 'cut-body'] as const)(
  'after %s in the place of a lost answer the token is spent',
  async fault => {
    const side = await open();
    const { refreshToken } = side.makeGrant();
    side.setFaults({ next: [{ fault, acted: true }] });

    await side
      .refresh(refreshToken)
      .then(reply => reply.text())
      .catch(() => undefined);

    expect((await side.refresh(refreshToken)).status).toBe(400);
    expect(side.ledger()).toMatchObject([{ outcome: 'issued', fault }, { outcome: 'refused' }]);
  },
);

test.each([
  ['expires-text', { expires_in: '3600' }],
  ['expires-zero', { expires_in: 0 }],
  ['expires-absent', { expires_in: undefined }],
  ['no-refresh-token', { refresh_token: undefined }],
  ['wrong-token-type', { token_type: 'mac' }],
  ['no-access-token', { access_token: undefined }],
] as const)('%s spoils a good answer', async (fault, fields) => {
  const side = await open();
  side.setFaults({ next: [fault] });
  const usual = { access_token: expect.any(String), refresh_token: expect.any(String), token_type: 'Bearer' };

  const reply = (await (await side.refresh(side.makeGrant().refreshToken)).json()) as object;

  expect(reply).toEqual({ ...usual, expires_in: 3600, scope: 'calls users', ...fields });
});

test('without a new refresh token the old one stays good', async () => {
  const side = await open();
  const { refreshToken } = side.makeGrant();
  side.setFaults({ next: ['no-refresh-token'] });

  const replies = [await side.refresh(refreshToken), await side.refresh(refreshToken)];

  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
});

test('fields can be set, and the answer can be a form or half a JSON', async () => {
  const side = await open();
  const { refreshToken } = side.makeGrant();
  side.setFaults({
    next: [{ fault: 'changed', fields: { scope: null, host: 'https://evil.example' } }, 'form', 'no-json'],
  });
  const made = [side.makeGrant(), side.makeGrant(), side.makeGrant()];

  const changed = (await (await side.refresh(refreshToken)).json()) as object;
  const form = await side.refresh(made[0]?.refreshToken ?? '');
  const half = await side.refresh(made[1]?.refreshToken ?? '');

  side.setFaults({ always: { fault: 'changed', fields: good => ({ expires_in: Number(good.expires_in) * 2 }) } });
  const twice = (await (await side.refresh(made[2]?.refreshToken ?? '')).json()) as object;

  expect(twice).toMatchObject({ expires_in: 7_200, token_type: 'Bearer' });
  expect(changed).toMatchObject({ host: 'https://evil.example' });
  expect(changed).not.toHaveProperty('scope');
  expect(new URLSearchParams(await form.text()).get('token_type')).toBe('Bearer');
  await expect(half.json()).rejects.toThrow();
});

test('an answer can be made up, before or after the platform has done its work', async () => {
  const side = await open();
  const { refreshToken } = side.makeGrant();
  const answer = { fault: 'answer', status: 418, headers: { 'x-odd': '1' } } as const;
  side.setFaults({
    next: [
      { ...answer, body: { error: 'teapot' } },
      { ...answer, body: 'no JSON', acted: true },
    ],
  });

  const [made, late] = [await side.refresh(refreshToken), await side.refresh(refreshToken)];

  expect([made.status, made.headers.get('x-odd'), await made.json()]).toEqual([418, '1', { error: 'teapot' }]);
  expect([late.status, await late.text()]).toEqual([418, 'no JSON']);
  expect((await side.refresh(refreshToken)).status).toBe(400);
});

test('an unknown fault is refused by name', async () => {
  const side = await open();

  expect(() => side.setFaults({ next: ['flood' as never] })).toThrow('There is no fault called flood');
  expect(() => side.setFaults({ sometimes: 'html' } as never)).toThrow('There is no fault called sometimes');
});

test.each([
  [{ lives: 9 }, 'There is no rule called lives'],
  [{ accessSeconds: '9' }, 'accessSeconds has no such value'],
  [{ rotation: { kind: 'grace' } }, 'rotation has no such value'],
  [{ rotation: { kind: 'sometimes' } }, 'rotation has no such value'],
])('rules like %j are refused by name', async (rules, words) => {
  const side = await open();

  expect(() => side.setRules(rules as never)).toThrow(words);
  expect(side.setRules({ rotation: { kind: 'grace', seconds: 9 }, accessSeconds: 9 })).toMatchObject({
    accessSeconds: 9,
  });
});
