import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import {
  beginSignIn,
  comeBack,
  confirmSignIn,
  connectBySignIn,
  newBrowser,
  newCustomer,
  signInOf,
} from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startTokenGong, type TokenGong } from '../kit/token-gong.js';
import { startImport, watchToEnd } from '../kit/trip.js';

let sandboxes: Record<'acme' | 'other', GongSandbox>;
let gong: TokenGong;
let hub: TestHub;

beforeAll(async () => {
  sandboxes = {
    acme: await startGongSandbox({ account: 'acme', calls: 30 }),
    other: await startGongSandbox({ account: 'other', calls: 5, seed: 2 }),
  };
  gong = await startTokenGong({ sandboxes });
  hub = await testHub(gong.env, { resolvers: [SignInResolver] });
});
afterAll(async () => {
  await hub.close();
  await gong.close();
  await Promise.all(Object.values(sandboxes).map(each => each.close()));
});

const actsOf = async (customerId: string): Promise<string[]> =>
  (
    await hub.ask('query ($c: ID) { auditEntries(customerId: $c, first: 50) { nodes { act } } }', { c: customerId })
  ).auditEntries.nodes.map(({ act }: { act: string }) => act);

describe('signing in at the platform', () => {
  test('leads there with all that is asked for, and back to a proposal; the confirmation makes it live', async () => {
    const customerId = await newCustomer(hub);
    const begun = await beginSignIn(hub, customerId);

    expect(begun.url.pathname).toBe('/oauth2/authorize');
    expect(Object.fromEntries(begun.url.searchParams)).toEqual({
      ...{ response_type: 'code', client_id: 'test-app', state: begun.state },
      redirect_uri: `${hub.url}/oauth/callback/gong`,
      scope:
        'api:calls:read:basic api:calls:read:extensive api:calls:read:transcript api:workspaces:read api:users:read',
    });
    const reply = await comeBack(hub, { state: begun.state, code: gong.code() }, begun);

    expect([reply.status, reply.headers.get('location'), reply.headers.get('referrer-policy')]).toEqual([
      ...[303, `${hub.url}/connect`, 'no-referrer'],
    ]);
    expect(await signInOf(hub, begun.browser)).toMatchObject({
      id: begun.sessionId,
      status: 'proposed',
      problem: null,
    });
    const connections =
      'query ($c: ID) { connections(customerId: $c) { totalCount nodes { id accountName health { credential } } } }';
    expect((await hub.ask(connections, { c: customerId })).connections.totalCount).toBe(0);

    const id = await confirmSignIn(hub, begun);

    expect((await hub.ask(connections, { c: customerId })).connections.nodes).toEqual([
      { id, accountName: expect.any(String), health: { credential: 'VALID' } },
    ]);
    expect(await actsOf(customerId)).toEqual([
      ...['connection.connected', 'authorization.proposed', 'authorization.begun', 'customer.created'],
    ]);
  });

  test('brings the calls home', async () => {
    const { connectionId } = await connectBySignIn(hub, gong);
    const importId = await startImport(hub, sandboxes.acme, connectionId);

    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 30 });
  });

  test('again keeps the connection and renews its credential', async () => {
    const first = await connectBySignIn(hub, gong);
    const again = await connectBySignIn(hub, gong, first);

    expect(again.connectionId).toBe(first.connectionId);
    expect(await actsOf(first.customerId)).toContain('credential.renewed');
  });

  test('to another account renews nothing', async () => {
    const { customerId, connectionId } = await connectBySignIn(hub, gong);
    const before = await hub.database.query('select * from credentials where connection_id = $1', [connectionId]);
    const begun = await beginSignIn(hub, customerId, { connectionId });
    await comeBack(hub, { state: begun.state, code: gong.code('other') }, begun);

    expect(await signInOf(hub, begun.browser)).toMatchObject({
      status: 'failed',
      problem: { code: 'ACCOUNT_MISMATCH' },
    });
    await expect(confirmSignIn(hub, begun)).rejects.toThrow(/NOT_FOUND/);
    expect(await hub.database.query('select * from credentials where connection_id = $1', [connectionId])).toEqual(
      before,
    );
    expect(await actsOf(customerId)).toContain('authorization.failed');
  });

  test('is confirmed by nobody else, and once', async () => {
    const begun = await beginSignIn(hub, await newCustomer(hub));
    await comeBack(hub, { state: begun.state, code: gong.code() }, begun);

    await expect(confirmSignIn(hub, { ...begun, browser: newBrowser() })).rejects.toThrow(/NOT_FOUND/);
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => confirmSignIn(hub, begun)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('can be let go of, and leaves nothing', async () => {
    const customerId = await newCustomer(hub);
    const begun = await beginSignIn(hub, customerId);
    await comeBack(hub, { state: begun.state, code: gong.code() }, begun);
    const { sessionId: s, browser: b } = begun;
    await hub.ask('mutation ($s: ID!, $b: String!) { rejectSignIn(sessionId: $s, browser: $b) }', { s, b });

    expect(await signInOf(hub, b)).toMatchObject({ status: 'rejected', proposed: null });
    await expect(confirmSignIn(hub, begun)).rejects.toThrow(/NOT_FOUND/);
    expect(await hub.database.query('select * from connections where customer_id = $1', [customerId])).toEqual([]);
  });
});

describe('what goes wrong at the platform is said, stored nowhere and written down', () => {
  const cases: readonly [string, string, (state: string) => Record<string, string>, () => void][] = [
    ['consent denied', 'CONSENT_DENIED', state => ({ state, error: 'access_denied' }), () => undefined],
    ['a fault of the platform', 'PLATFORM_UNREACHABLE', state => ({ state, error: 'server_error' }), () => undefined],
    ['a code that is none', 'CREDENTIAL_REJECTED', state => ({ state, code: 'made-up' }), () => undefined],
    [
      ...(['scopes cut down', 'PERMISSION_MISSING', (state: string) => ({ state, code: gong.code() })] as const),
      () => (gong.tamper = reply => ({ ...reply, scope: 'api:calls:read:basic' })),
    ],
    [
      ...(['a host of somebody else', 'PLATFORM_CHANGED', (state: string) => ({ state, code: gong.code() })] as const),
      () => (gong.tamper = reply => ({ ...reply, api_base_url_for_customer: 'https://api.gong.io.evil.test' })),
    ],
    [
      ...([
        'a token that opens nothing',
        'CREDENTIAL_REJECTED',
        (state: string) => ({ state, code: gong.code() }),
      ] as const),
      () => (gong.tamper = reply => ({ ...reply, access_token: 'opens-nothing' })),
    ],
    [
      ...(['another kind of token', 'PLATFORM_CHANGED', (state: string) => ({ state, code: gong.code() })] as const),
      () => (gong.tamper = reply => ({ ...reply, token_type: 'mac' })),
    ],
    [
      ...(['an app that is refused', 'APP_REFUSED', (state: string) => ({ state, code: gong.code() })] as const),
      () =>
        (gong.answer = (_, response) => {
          response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}');
          return true;
        }),
    ],
    [
      ...([
        'a platform that is away',
        'PLATFORM_UNREACHABLE',
        (state: string) => ({ state, code: gong.code() }),
      ] as const),
      () =>
        (gong.answer = (_, response) => {
          response.destroy();
          return true;
        }),
    ],
  ];
  test.each(cases)('%s: %s', async (_, code, query, prepare) => {
    const customerId = await newCustomer(hub);
    const begun = await beginSignIn(hub, customerId);
    prepare();
    const reply = await comeBack(hub, query(begun.state), begun);
    gong.tamper = undefined;
    gong.answer = undefined;

    expect([reply.status, reply.headers.get('location')]).toEqual([303, `${hub.url}/connect`]);
    const session = await signInOf(hub, begun.browser);
    expect(session).toMatchObject({ status: 'failed', proposed: null, verifier: null, problem: { code } });
    expect(session.problem.message.length + session.problem.remedy.length).toBeGreaterThan(40);
    expect(await hub.database.query('select * from connections where customer_id = $1', [customerId])).toEqual([]);
    expect(await actsOf(customerId)).toContain('authorization.failed');
    expect(hub.logged()).not.toMatch(/refresh-|access-|canary/);
  });
});

describe('without an app at the platform', () => {
  test('nobody is sent there', async () => {
    const bare = await testHub({}, { resolvers: [SignInResolver] });
    await expect(beginSignIn(bare, await newCustomer(bare))).rejects.toThrow(/CONFLICT.*PLATFORM_GONG_CLIENT_ID/);
    await bare.close();
  });
});
