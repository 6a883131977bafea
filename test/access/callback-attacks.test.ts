import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { beginSignIn, comeBack, newBrowser, newCustomer, type SignIn, signInOf } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startTokenGong, type TokenGong } from '../kit/token-gong.js';
import { rogueFolder } from './rogue-platform.js';

let sandbox: GongSandbox;
let gong: TokenGong;
/** A platform that wants to be told what belongs to another. */
let rogue: TokenGong;
let hub: TestHub;
let customerId: string;
let folder: URL;

beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 5 });
  gong = await startTokenGong({ sandboxes: { acme: sandbox } });
  rogue = await startTokenGong();
  const rogueEnv = Object.fromEntries(
    Object.entries(rogue.env).map(([name, value]) => [name.replace('PLATFORM_GONG', 'PLATFORM_ROGUE'), value]),
  );
  folder = await rogueFolder();
  hub = await testHub({ ...rogueEnv, ...gong.env }, { resolvers: [SignInResolver], platformFolders: [folder] });
  customerId = await newCustomer(hub);
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([gong?.close(), rogue?.close(), sandbox?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** 200 in the soak. */
const tries = Number(process.env['ROGUE_TRIES'] ?? 20);

type Come = (begun: SignIn, code: string) => Promise<unknown>;
const good = ({ state }: SignIn, code: string) => ({ state, code });
const age =
  (sql: string): Come =>
  async begun => {
    await hub.database.query(`update authorization_sessions set ${sql} where id = $1`, [begun.sessionId]);
  };

/** What may arrive at the callback and is not the answer to our question; none of it may reach a token endpoint. */
const mutations: readonly [string, Come][] = [
  ['no state', (begun, code) => comeBack(hub, { code }, begun)],
  ['an empty state', (begun, code) => comeBack(hub, { state: '', code }, begun)],
  ['a guessed state', (begun, code) => comeBack(hub, { state: newBrowser(), code }, begun)],
  ['a state cut short', (begun, code) => comeBack(hub, { state: begun.state.slice(0, -1), code }, begun)],
  ['a state with something behind it', (begun, code) => comeBack(hub, { state: `${begun.state}A`, code }, begun)],
  ['a state with a line break', (begun, code) => comeBack(hub, { state: `${begun.state}\n`, code }, begun)],
  ['a state in other letters', (begun, code) => comeBack(hub, { state: begun.state.toLowerCase(), code }, begun)],
  ['a state as a list', (begun, code) => comeBack(hub, { 'state[]': begun.state, code }, begun)],
  ['a state as an object', (begun, code) => comeBack(hub, { 'state[a]': begun.state, code }, begun)],
  ['a state twice', (begun, code) => comeBack(hub, `state=${begun.state}&state=${begun.state}&code=${code}`, begun)],
  [
    'a state twice, one of them made up',
    (begun, code) => comeBack(hub, `state=x&state=${begun.state}&code=${code}`, begun),
  ],
  ['a state with a NUL', (begun, code) => comeBack(hub, `state=${begun.state}%00&code=${code}`, begun)],
  ['no code', begun => comeBack(hub, { state: begun.state }, begun)],
  ['an empty code', begun => comeBack(hub, { state: begun.state, code: '' }, begun)],
  ['two codes', (begun, code) => comeBack(hub, `state=${begun.state}&code=${code}&code=other`, begun)],
  ['a code and an error', (begun, code) => comeBack(hub, { ...good(begun, code), error: 'access_denied' }, begun)],
  ['a code of control characters', begun => comeBack(hub, { state: begun.state, code: 'a\r\nb' }, begun)],
  ['a code without end', begun => comeBack(hub, { state: begun.state, code: 'x'.repeat(5_000) }, begun)],
  ['no browser', (begun, code) => comeBack(hub, good(begun, code))],
  ['another browser', (begun, code) => comeBack(hub, good(begun, code), { browser: newBrowser() })],
  ['a browser with a swapped cookie', (begun, code) => comeBack(hub, good(begun, code), { browser: begun.state })],
  [
    'two cookies',
    (begun, code) =>
      comeBack(hub, good(begun, code), { browser: `${begun.browser}; patchbay-connect=${newBrowser()}` }),
  ],
  [
    'another name of the cookie',
    (begun, code) => comeBack(hub, good(begun, code), { ...begun, cookie: '__Host-patchbay-connect' }),
  ],
  ['another platform', (begun, code) => comeBack(hub, good(begun, code), { ...begun, path: 'rogue' })],
  ['a platform that is none', (begun, code) => comeBack(hub, good(begun, code), { ...begun, path: 'nobody' })],
  [
    "somebody's own app",
    (begun, code) => comeBack(hub, good(begun, code), { ...begun, path: 'gong/6f0c1a52-0000-4000-8000-000000000000' }),
  ],
  ['an app that is none', (begun, code) => comeBack(hub, good(begun, code), { ...begun, path: 'gong/etc' })],
  [
    'a second too late',
    async (begun, code) => {
      await age(`expires_at = clock_timestamp() - interval '1 second'`)(begun, code);
      return comeBack(hub, good(begun, code), begun);
    },
  ],
  [
    'a session that is over',
    async (begun, code) => {
      await age(`status = 'failed'`)(begun, code);
      return comeBack(hub, good(begun, code), begun);
    },
  ],
  [
    'the session of another customer’s browser',
    async (begun, code) => {
      const other = await beginSignIn(hub, await newCustomer(hub, 'Other'));
      return comeBack(hub, { state: other.state, code }, begun);
    },
  ],
];

describe('S01: a callback that is not the answer to our question', () => {
  test(`in ${mutations.length} forms reaches no token endpoint, and leaves the session as it is`, async () => {
    const ended = await Promise.all(
      mutations.map(async ([what, come]) => {
        const begun = await beginSignIn(hub, customerId);
        await come(begun, gong.code());
        return [what, (await signInOf(hub, begun.browser)).status];
      }),
    );

    expect([gong.asked.length, rogue.asked.length]).toEqual([0, 0]);
    const over = 'a session that is over';
    expect(ended).toEqual(mutations.map(([what]) => [what, what === over ? 'failed' : 'open']));
    const entries = await hub.database.query(`select 1 from audit_entries where act = 'authorization.refused'`);
    expect(entries.length).toBeGreaterThan(20);
    expect(await hub.database.query('select 1 from connections')).toEqual([]);
  });

  test('20 good ones at once: exactly one exchange', async () => {
    const before = gong.asked.length;
    const begun = await beginSignIn(hub, customerId);
    const query = { state: begun.state, code: gong.code() };
    await Promise.all(Array.from({ length: 20 }, () => comeBack(hub, query, begun)));

    expect(gong.asked.length - before).toBe(1);
    expect((await signInOf(hub, begun.browser)).status).toBe('proposed');
  });

  test('used once more, nothing happens again', async () => {
    const begun = await beginSignIn(hub, customerId);
    await comeBack(hub, good(begun, gong.code()), begun);
    const before = gong.asked.length;
    await comeBack(hub, good(begun, gong.code()), begun);

    expect(gong.asked.length).toBe(before);
    expect((await signInOf(hub, begun.browser)).status).toBe('proposed');
  });

  test('other verbs and addresses are nobody’s', async () => {
    const post = await fetch(`${hub.url}/oauth/callback/gong`, { method: 'POST' });
    const bare = await fetch(`${hub.url}/oauth/callback`);

    expect([post.status, bare.status]).toEqual([404, 404]);
  });
});

describe('S02: a rogue platform', () => {
  const answers: readonly [string, (issuer: string) => Record<string, string>][] = [
    ['without saying who it is', () => ({})],
    ['as itself', issuer => ({ iss: issuer })],
    ['as somebody else', () => ({ iss: 'https://honest.test' })],
    ['as nobody', () => ({ iss: '' })],
  ];

  test(`gets no code and no verifier of another, in ${tries} tries`, async () => {
    const bounce = async (round: number): Promise<void> => {
      // An honest sign-in is bounced to the rogue's callback, and the rogue's own to the honest one.
      const [more = () => ({})] = [answers[round % answers.length]?.[1]];
      const [honest, own] = await Promise.all([
        beginSignIn(hub, customerId),
        beginSignIn(hub, customerId, { platform: 'rogue' }),
      ]);
      const code = gong.code();
      await comeBack(hub, { ...good(honest, code), ...more('https://rogue.test') }, { ...honest, path: 'rogue' });
      await comeBack(hub, { ...good(own, code), ...more('https://rogue.test') }, { ...own, path: 'gong' });
    };
    for (let done = 0; done < tries; done += 10)
      await Promise.all(Array.from({ length: Math.min(10, tries - done) }, (_, i) => bounce(done + i)));
    console.info(`${tries} tries of a rogue platform: ${rogue.asked.length} codes or verifiers delivered to it`);
    expect(rogue.asked).toEqual([]);
  }, 600_000);

  test.each(answers)('that promises to say who it is, and answers %s', async (what, more) => {
    const before = rogue.asked.length;
    const begun = await beginSignIn(hub, customerId, { platform: 'rogue' });
    await comeBack(hub, { ...good(begun, 'rogue-code'), ...more('https://rogue.test') }, { ...begun, path: 'rogue' });

    const session = await signInOf(hub, begun.browser);
    expect([rogue.asked.length - before, session.problem.code]).toEqual(
      what === 'as itself' ? [1, 'CREDENTIAL_REJECTED'] : [0, 'ISSUER_MISMATCH'],
    );
    expect(begun.url.searchParams.get('code_challenge_method')).toBe('S256');
  });
});
