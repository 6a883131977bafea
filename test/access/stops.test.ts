import type { Connector, ManifestOnly } from '#connector';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keeperOf } from '../../src/access/index.js';
import { endOldAuthorizations } from '../../src/access/oauth/sweep-authorizations.js';
import type { House } from '../../src/scope.js';
import { addContact, connectLink, verifiedGuest } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { beginSignIn, comeBack, connectBySignIn, newCustomer, type SignIn } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { type Family, startTokenGong, type TokenGong } from '../kit/token-gong.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: TestHub;
let house: House;
let sandbox: GongSandbox;
let gong: TokenGong;
let gate = Promise.resolve();
let release = (): void => undefined;
let revoking: Promise<void> = Promise.resolve();
/** What was given back, and how often the platform still fails to take it. */
const revoked: string[] = [];
let failures = 0;

/** Gong has no address for giving tokens back; platforms that have one are like this. */
function withRevocation(connectors: House['connectors']): House['connectors'] {
  const changed = (connector: Connector | ManifestOnly) =>
    'auth' in connector
      ? {
          ...connector,
          auth: connector.auth.map(way =>
            way.kind === 'oauth2' ? { ...way, revokeUrl: 'https://app.gong.io/oauth2/revoke' } : way,
          ),
        }
      : connector;
  return new Map([...connectors].map(([id, each]) => [id, changed(each) as Connector]));
}

beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 30 });
  gong = await startTokenGong({ sandboxes: { acme: sandbox } });
  hub = await testHub(gong.env, {
    resolvers: [SignInResolver],
    wrap: own => {
      house = {
        ...own,
        connectors: withRevocation(own.connectors),
        egress: {
          async request(request) {
            await gate;
            return own.egress.request(request);
          },
        },
        oauth: {
          ...own.oauth,
          revoke: async (_endpoint, token) => {
            await revoking;
            failures -= 1;
            if (failures < 0) revoked.push(token.reveal());
            return failures < 0;
          },
        },
      };
      return house;
    },
  });
});
afterAll(async () => {
  release();
  await hub?.close();
  await gong?.close();
  await sandbox?.close();
});

const fields = 'id platform reason stoppedBy liftedBy credentials waiting revoked notRevocable notRevoked';
const stop = async (reason = 'Keys were stolen.') =>
  (await hub.ask(`mutation ($r: String!) { stopPlatform(platform: "gong", reason: $r) { ${fields} } }`, { r: reason }))
    .stopPlatform;
const lift = async () =>
  (await hub.ask(`mutation { liftPlatformStop(platform: "gong") { ${fields} } }`)).liftPlatformStop;
const done = () =>
  until('all credentials are destroyed', async () => {
    const [latest] = (await hub.ask(`{ platformStops { ${fields} } }`)).platformStops;
    return latest.waiting === 0 && latest;
  });
const connectionOf = async (id: string) =>
  (
    await hub.ask('query ($id: ID!) { connection(id: $id) { health { credential } lastError { code remedy } } }', {
      id,
    })
  ).connection;
const sealedBytes = async () =>
  (await hub.database.query<{ n: number }>('select sum(length(sealed))::integer as n from credentials'))[0]?.n;

test('a platform that is stopped is used by nobody, its credentials are given back and destroyed, and it comes back', async () => {
  const [one, other] = [await connectBySignIn(hub, gong), await connectBySignIn(hub, gong)];
  gate = new Promise(resolve => {
    release = resolve;
  });
  const importId = await startImport(hub, sandbox, one.connectionId);
  failures = 1;
  const first = await stop();
  release();

  expect(first).toMatchObject({ platform: 'gong', reason: 'Keys were stolen.', liftedBy: null, credentials: 2 });
  expect((await stop('Again.')).id).toBe(first.id);
  expect(await done()).toMatchObject({ id: first.id, waiting: 0, revoked: 2, notRevocable: 0, notRevoked: 0 });
  for (const { refresh } of gong.families.slice(-2)) expect(revoked).toContain(refresh);
  expect(await sealedBytes()).toBe(0);
  for (const { connectionId } of [one, other])
    expect(await connectionOf(connectionId)).toMatchObject({
      ...{ health: { credential: 'DISCONNECTED' }, lastError: { code: 'PLATFORM_STOPPED' } },
    });

  const status = 'query ($id: ID!) { import(id: $id) { status } }';
  await until(
    'the import stands still',
    async () => (await hub.ask(status, { id: importId })).import.status === 'PAUSED',
  );
  const start = 'mutation ($input: StartImportInput!) { startImport(input: $input) { id } }';
  const input = { connectionId: one.connectionId, ...sandbox.window };
  expect((await hub.refused(start, { input })).extensions.code).toBe('CONNECTION_NOT_READY');
  await expect(connectBySignIn(hub, gong, one)).rejects.toThrow(/All use of Gong is stopped/);

  const { auditEntries } = await hub.ask('{ auditEntries(first: 50) { nodes { act target details } } }');
  expect(auditEntries.nodes).toContainEqual(
    expect.objectContaining({
      ...{ act: 'platform.stopped', target: 'platform gong', details: { reason: 'Keys were stolen.', customers: 2 } },
    }),
  );

  expect((await lift()).liftedBy).toEqual(expect.any(String));
  expect((await connectionOf(one.connectionId)).lastError.remedy).toMatch(/^Connect the same account again/);
  await connectBySignIn(hub, gong, one);
  expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 30 });
});

test('a refresh token counts as given back only when it was itself', async () => {
  await connectBySignIn(hub, gong);
  revoked.length = 0;
  failures = 1;
  await stop();
  const { credentials } = await done();

  expect(revoked.filter(token => token.startsWith('refresh-'))).toHaveLength(credentials);
  await lift();
});

test('what is connected anew after a stop was lifted stays, though the stop is still being carried out', async () => {
  const { customerId, connectionId } = await connectBySignIn(hub, gong);
  // Both tokens of all that is connected.
  failures = 2;
  await stop('By mistake.');
  await until('a first try in vain', () => failures <= 0);
  await lift();
  await connectBySignIn(hub, gong, { customerId });
  const { refresh } = gong.families.at(-1) as Family;
  await done();

  expect((await connectionOf(connectionId)).health.credential).toBe('VALID');
  expect(revoked).not.toContain(refresh);
});

test('tokens that nobody wants are given back until the platform takes them, but not while the account lives by the same app', async () => {
  await stop();
  await done();
  await lift();
  const alone = await propose();
  failures = 2;
  await rejectSignIn(alone.begun);
  expect(revoked).not.toContain(alone.family.refresh);
  await hub.database.query('update authorization_sessions set give_back_at = null');
  await until('another try', () => revoked.includes(alone.family.refresh));

  const { customerId, connectionId } = await connectBySignIn(hub, gong);
  const [declined, left] = [await propose(customerId), await propose()];
  await rejectSignIn(declined.begun);
  await hub.database.query(
    `update authorization_sessions set expires_at = clock_timestamp() - interval '2 minutes' where id = $1`,
    [left.begun.sessionId],
  );
  await endOldAuthorizations(house);
  await until(
    'all to be looked at',
    async () =>
      (await hub.database.query('select 1 from authorization_sessions where proposed is not null')).length === 0,
  );

  for (const { family } of [declined, left]) expect(revoked).not.toContain(family.refresh);
  expect((await connectionOf(connectionId)).health.credential).toBe('VALID');
});

/** Somebody has signed in, and has not said yet whether it is the right account. */
async function propose(customerId?: string): Promise<{ readonly begun: SignIn; readonly family: Family }> {
  const begun = await beginSignIn(hub, customerId ?? (await newCustomer(hub)));
  await comeBack(hub, { state: begun.state, code: gong.code() }, begun);
  return { begun, family: gong.families.at(-1) as Family };
}
const rejectSignIn = ({ sessionId, browser }: SignIn): Promise<unknown> =>
  hub.ask('mutation ($s: ID!, $b: String!) { rejectSignIn(sessionId: $s, browser: $b) }', { s: sessionId, b: browser });

test('nobody is asked to renew what was stopped while its refresh was refused', async () => {
  const { customerId, connectionId: id } = await connectBySignIn(hub, gong);
  const family = gong.families.at(-1) as Family;
  await addContact(hub, customerId);
  family.dead = true;
  const revocation = Promise.withResolvers<void>();
  revoking = revocation.promise;
  gong.onToken = async when => {
    // At the second refusal the grant is believed to be gone.
    if (when === 'acted' && family.presented.length === 2) await stop();
  };
  await hub.database.query('update credentials set access_expires_at = clock_timestamp() where connection_id = $1', [
    id,
  ]);
  const refused = await keeperOf(house)
    .take({ id, customerId })
    .catch((error: { code: string }) => error.code);
  gong.onToken = undefined;

  expect([refused, family.presented.length]).toEqual(['CONNECTION_NOT_READY', 2]);
  expect(await connectionOf(id)).toMatchObject({
    ...{ health: { credential: 'DISCONNECTED' }, lastError: { code: 'PLATFORM_STOPPED' } },
  });
  const { facts } = await hub.ask('query ($c: ID!) { facts(connectionId: $c, first: 9) { nodes { kind } } }', {
    c: id,
  });
  expect(JSON.stringify(facts)).not.toMatch(/BROKEN|ALERT/);
  revocation.resolve();
  await done();
  await lift();
});

test('what the platform does not take back is destroyed here all the same, and told', async () => {
  await connectBySignIn(hub, gong);
  const [{ live } = { live: 0 }] = await hub.database.query<{ live: number }>(
    'select count(*)::integer as live from credentials where length(sealed) > 0',
  );
  expect(live).toBeGreaterThan(0);
  failures = 99;
  await stop();
  expect(await done()).toMatchObject({ credentials: live, waiting: 0, revoked: 0, notRevoked: live });
  expect(await sealedBytes()).toBe(0);
  await lift();
});

test('keys, which only a person can revoke at the platform, are destroyed and told; nobody brings new ones meanwhile', async () => {
  const keyed = await testHub(sandbox.env);
  try {
    const { customerId } = await connectedCustomer(keyed, sandbox);
    await keyed.ask('mutation { stopPlatform(platform: "gong", reason: "A drill.") { id } }');
    const [stopped] = await until('the key is destroyed', async () => {
      const { platformStops } = await keyed.ask(`{ platformStops { ${fields} } }`);
      return platformStops[0].waiting === 0 && platformStops;
    });
    expect(stopped).toMatchObject({ credentials: 1, revoked: 0, notRevocable: 1, notRevoked: 0 });
    await expect(connectGong(keyed, sandbox, customerId)).rejects.toThrow(/All use of Gong is stopped/);
  } finally {
    await keyed.close();
  }
});

test('only admins stop, with a reason, what there is', async () => {
  const document = 'mutation ($p: ID!, $r: String!) { stopPlatform(platform: $p, reason: $r) { id } }';
  expect((await hub.refused(document, { p: 'gong', r: ' ' })).extensions).toMatchObject({ field: 'reason' });
  expect((await hub.refused(document, { p: 'nobody', r: 'x' })).extensions.code).toBe('UNKNOWN_PLATFORM');
  const lifting = 'mutation { liftPlatformStop(platform: "kixie") { id } }';
  expect((await hub.refused(lifting)).extensions.code).toBe('NOT_FOUND');
});

test('a stop ends what was on its way: nothing of it is kept, confirmed later, or called a fault of ours', async () => {
  revoked.length = 0;
  failures = 0;
  const customerId = await newCustomer(hub);
  const contact = await addContact(hub, customerId);
  const { address } = await connectLink(hub, customerId, contact.id);
  const guest = await verifiedGuest(hub, customerId, address);
  const away = await guest.send('sign-in', { method: '1' });
  const [, there = ''] = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(away.text) ?? [];
  const state = new URL(there.replaceAll('&amp;', '&')).searchParams.get('state') ?? '';
  await guest.open(`${hub.url}/oauth/callback/gong?${new URLSearchParams({ state, code: gong.code() })}`);
  expect(guest.page.title).toBe('Is this the right account?');

  await stop();

  const told = await guest.send('confirm');
  expect(told.status).toBe(200);
  expect(told.text).toMatch(/role="alert"[^]*All use of Gong is stopped/);
  expect(hub.logged()).not.toMatch(/The connect page failed by a fault of ours/);
  const make = 'mutation ($input: CreateConnectLinkInput!) { createConnectLink(input: $input) { link { id } } }';
  const input = { customerId, platform: 'gong', contactId: contact.id };
  expect((await hub.refused(make, { input })).extensions.code).toBe('CONFLICT');
  await until('the tokens are given back', () => revoked.length > 0);
  const left = 'select count(*)::integer as n from authorization_sessions where proposed is not null';
  expect(await hub.database.query(left)).toEqual([{ n: 0 }]);

  await lift();
  await guest.open(`${hub.url}/connect`);
  expect((await guest.send('confirm')).title).not.toBe('Connected');
});
