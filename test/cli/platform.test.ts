/** `npm run patchbay -- platform …` against pretend platforms, with their published limits. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answers } from '../../src/cli/platform/facts/answers.js';
import { checkName } from '../../src/cli/platform/from-environment.js';
import { runPlatform } from '../../src/cli/platform/run-platform.js';
import type { SandboxOptions } from '../../src/sandbox/sandbox.js';
import { patchbay } from '../kit/command-line.js';
import { type Played, playedPlatforms, type PlatformSandbox, startPlatformSandbox } from '../kit/platforms.js';

const platforms = await playedPlatforms();
const day = 86_400_000;
/** The command looks back from today. */
const recent = {
  from: new Date(Date.now() - 20 * day).toISOString(),
  to: new Date(Date.now() - 5 * day).toISOString(),
};

let dir: string;
const open: PlatformSandbox[] = [];
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'patchbay-platform-'));
});
afterAll(async () => {
  await Promise.all(open.map(sandbox => sandbox.close()));
  await rm(dir, { recursive: true, force: true });
});

function platform(id: string): Played {
  return platforms.find(each => each.id === id) as Played;
}

async function sandboxOf(played: Played, options: Partial<SandboxOptions> = {}): Promise<PlatformSandbox> {
  const sandbox = await startPlatformSandbox(played, { calls: 130, ...recent, limits: 'off', ...options });
  open.push(sandbox);
  return sandbox;
}

/** The environment that opens the account: every value that the simulator accepts. In no hurry unless it has to be. */
function envOf({ id, simulator }: Played, sandbox: PlatformSandbox, isPaced = false): Record<string, string> {
  const values = Object.entries(simulator.secret).map(([name, value]) => [checkName(id, name), value]);
  const limits = `PLATFORM_${id.toUpperCase().replaceAll('-', '_')}_LIMITS`;
  return { ...sandbox.env, ...(!isPaced && { [limits]: 'off' }), ...Object.fromEntries(values) };
}

interface Told {
  readonly code: number;
  readonly text: string;
}

async function run(env: Record<string, string>, words: readonly string[], more: object = {}): Promise<Told> {
  let text = '';
  const code = await runPlatform(env, { words, json: false, ...more }, said => {
    text += said;
  });
  return { code, text };
}

async function check(env: Record<string, string>, id: string) {
  const { code, text } = await run(env, ['check', id], { json: true });
  const { facts, ok } = JSON.parse(text) as { ok: boolean; facts: { fact: string; state: string; says: string }[] };
  const of = (fact: string) => facts.find(each => each.fact === fact);
  return { code, ok, text, facts, of, states: facts.map(({ fact, state }) => `${fact} ${state}`) };
}

describe.concurrent.each(platforms.map(played => ({ name: played.id, played })))('$name', ({ name, played }) => {
  test('nothing that its connector says of it is refuted, and nothing secret or private is told', async ({
    expect,
  }) => {
    const sandbox = await sandboxOf(played, { limits: 'published' });
    const { code, ok, states, text, of } = await check(envOf(played, sandbox, true), name);

    expect(states.filter(state => state.endsWith('refuted'))).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    for (const fact of ['credential', 'account', 'fields', 'clock', 'transcripts', 'order'])
      expect(of(fact), fact).toMatchObject({ state: expect.stringMatching(/confirmed|unclear/) });
    expect(of('credential')?.state).toBe('confirmed');
    expect(of('fields')?.state).toBe('confirmed');
    expect(of('transcripts')?.state).toBe('confirmed');
    expect(sandbox.ledger().length).toBeLessThan(30);
    expect(sandbox.ledger().filter(({ status }) => status === 429)).toEqual([]);
    const { golden, secret } = played.simulator;
    const people = golden.call.participants.flatMap(({ name: who }) => who ?? []);
    for (const word of [...Object.values(secret), golden.call.title ?? '-', ...people, ...sandbox.truth().slice(0, 20)])
      if (word.length > 5) expect(text).not.toContain(word);
  });
});

test('what is not as it was known is refuted, and says so in the exit code', async () => {
  const gong = platform('gong');
  const env = envOf(gong, await sandboxOf(gong, { recordsPerPage: 20, broken: [3] }));

  const { code, states, of } = await check(env, 'gong');

  expect(code).toBe(1);
  expect(states).toContain('fields refuted');
  expect(states).toContain('page size refuted');
  expect(of('page size')?.says).toBe('A page that others follow holds 20 calls; 100 were known.');
});

test('what replies say of a larger plan is no news where it is known how large plans are', () => {
  const { connector } = platform('zoom-phone');
  const told = (limit: string) => {
    const bench = { connector, answers: [{ status: 200, headers: { 'x-ratelimit-limit': limit }, at: Date.now() }] };
    return answers(bench)[0]?.state;
  };

  expect(['20', '40', '10', '41', '1'].map(told)).toEqual([
    'confirmed',
    'confirmed',
    'confirmed',
    'refuted',
    'refuted',
  ]);
});

test('a credential that is refused ends it, without a word of it', async () => {
  const gong = platform('gong');
  const sandbox = await sandboxOf(gong);
  const { code, states, text } = await check({ ...envOf(gong, sandbox), CHECK_GONG_SECRET: 'wrong-canary' }, 'gong');

  expect(code).toBe(1);
  expect(states.slice(0, 2)).toEqual(['credential refuted', 'the rest unclear']);
  expect(text).toContain('CREDENTIAL_REJECTED');
  expect(text).not.toContain('wrong-canary');
});

test('a platform that cannot be reached leaves it open', async () => {
  const env = { PLATFORM_GONG_API_URL: 'http://10.1.2.3:9', CHECK_GONG_KEY: 'a', CHECK_GONG_SECRET: 'b' };
  const { code, states } = await check(env, 'gong');

  expect([code, states[0]]).toEqual([1, 'credential unclear']);
});

test('without a credential it names the variables of every way in; a file does as well', async () => {
  const gong = platform('gong');
  const sandbox = await sandboxOf(gong);
  const { CHECK_GONG_SECRET: secret = '', ...rest } = envOf(gong, sandbox);
  const file = path.join(dir, 'secret');
  await writeFile(file, `${secret}\n`);

  const none = await run(sandbox.env, ['check', 'gong']);
  const byFile = await run({ ...rest, CHECK_GONG_SECRET_FILE: file }, ['check', 'gong']);
  const noFile = await run({ ...rest, CHECK_GONG_SECRET_FILE: path.join(dir, 'nowhere') }, ['check', 'gong']);

  expect(none.code).toBe(1);
  expect(none.text).toContain('Access key: CHECK_GONG_KEY, CHECK_GONG_SECRET');
  expect(none.text).toContain('Sign in with Gong: CHECK_GONG_ACCESS_TOKEN');
  expect(byFile.code).toBe(0);
  expect(byFile.text).toMatch(/confirmed +credential +Accepted, by "Access key"\./);
  expect(noFile.text).toBe('CHECK_GONG_SECRET_FILE must name a file that can be read (ENOENT).\n');
});

test('a token from elsewhere opens the account of a sign-in', async () => {
  const gong = platform('gong');
  const sandbox = await sandboxOf(gong);
  const token = sandbox.oauth?.makeGrant().accessToken ?? '';
  const env = { ...sandbox.env, PLATFORM_GONG_LIMITS: 'off', CHECK_GONG_ACCESS_TOKEN: token };

  const { states } = await check(env, 'gong');

  expect(states[0]).toBe('credential confirmed');
});

test('subscriptions are made with their secret in a file, shown, renewed and ended', async () => {
  const played = platform('ringcentral');
  const env = envOf(played, await sandboxOf(played));
  const secretFile = path.join(dir, 'token');
  const go = (...words: string[]) => run(env, ['subscriptions', 'ringcentral', ...words], { secretFile });

  const made = await go('make', 'https://hub.example/in');
  const [id = ''] = made.text.split(' ');
  const twice = await go('make', 'https://hub.example/in');
  const [listed, renewed, ended] = [await go(), await go('renew', id), await go('end', id)];

  expect(made.text).toMatch(/^\S+ {2}to https:\/\/hub\.example\/in, ends \d{4}-/);
  const token = await readFile(secretFile, 'utf8');
  expect(token).toHaveLength(32);
  expect((await stat(secretFile)).mode & 0o777).toBe(0o600);
  expect(twice).toEqual({ code: 1, text: '--secret-file must name a file that is not there yet (EEXIST).\n' });
  expect(listed.text).toContain(`By request. The app has the scope Call Control.\n${id}  to`);
  expect(renewed.text).toContain(id);
  expect(ended.text).toBe(`${id} has ended.\n`);
  expect((await go()).text).not.toContain(id);
  for (const { text } of [made, listed, renewed]) expect(text).not.toContain(token);
});

test('a subscription that could not be made leaves no file behind', async () => {
  const played = platform('fathom');
  const env = { ...envOf(played, await sandboxOf(played)), CHECK_FATHOM_API_KEY: 'made-up' };
  const secretFile = path.join(dir, 'never');

  const { code } = await run(env, ['subscriptions', 'fathom', 'make', 'https://hub.example/in'], { secretFile });

  expect(code).toBe(1);
  await expect(stat(secretFile)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('an address that is all the proof there is stays untold', async () => {
  const played = platform('grain');
  const env = envOf(played, await sandboxOf(played));

  const made = await run(env, ['subscriptions', 'grain', 'make', 'https://hub.example/unguessable'], {});

  expect(made).toMatchObject({ code: 0, text: expect.stringMatching(/^hook-/) });
  expect(made.text).not.toContain('unguessable');
});

test('who sets it up by hand is told how, without a credential', async () => {
  const { code, text } = await run({}, ['subscriptions', 'gong']);

  expect(code).toBe(0);
  expect(text).toContain('1. A Gong technical administrator opens Admin center');
});

test('a request that was kept is judged, and says what it leads to', async () => {
  const played = platform('fathom');
  const { webhooks } = played.simulator;
  if (webhooks === undefined) throw new Error('Fathom sends events.');
  const [key, at] = [webhooks.newKey(), new Date('2026-03-02T10:00:00Z')];
  const url = 'https://hub.example/in';
  const sent = webhooks.send({ event: webhooks.golden.event, url, at, id: 'msg_1', keys: [key] });
  const [headers, body] = [path.join(dir, 'headers'), path.join(dir, 'body')];
  await writeFile(
    headers,
    Object.entries(sent.headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
  );
  await writeFile(body, sent.body);
  const judge = (secret: string, when?: string) =>
    run({ CHECK_FATHOM_WEBHOOK_SECRET: secret }, ['event', 'fathom'], { url, headers, body, at: when });

  expect(await judge(key.kept, at.toISOString())).toEqual({
    code: 0,
    text: 'Genuine, with all that it says. It leads to a look at calls that started from 2026-03-01T16:00:12.000Z to 2026-03-01T16:02:12.000Z.\n',
  });
  expect((await judge(webhooks.newKey().kept, at.toISOString())).text).toMatch(/^Refused: Its signature does not fit/);
  expect(await judge(key.kept)).toMatchObject({ code: 1, text: expect.stringMatching(/^Refused: It was signed more/) });
});

test('it says how it is used, and knows only platforms that can be imported from', async () => {
  const [none, unknown, kixie] = [
    await run({}, []),
    await run({}, ['check', 'nobody']),
    await run({}, ['check', 'kixie']),
  ];
  const process = await patchbay({}, ['platform', 'check', 'gong', '--days', 'many']);

  expect([none, unknown, kixie].map(({ code }) => code)).toEqual([1, 1, 1]);
  expect(none.text).toContain('platform check <id>');
  expect(unknown.text).toContain('UNKNOWN_PLATFORM');
  expect(kixie.text).toContain('PLATFORM_NOT_SUPPORTED');
  expect(process).toEqual({ code: 1, text: '--days must be a whole number from 1 to 3650.\n' });
});
