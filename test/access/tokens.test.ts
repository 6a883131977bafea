import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keeperOf } from '../../src/access/index.js';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import type { House } from '../../src/scope.js';
import { addContact } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectBySignIn } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { type Family, startTokenGong, type TokenGong } from '../kit/token-gong.js';
import { until } from '../kit/until.js';

let sandbox: GongSandbox;
let gong: TokenGong;
let hub: TestHub;
let house: House;
/** A second process on the same database, as far as the keeper can tell. */
let second: Hub;
let elsewhere: House;

beforeAll(async () => {
  sandbox = await startGongSandbox({ account: 'acme', calls: 5 });
  gong = await startTokenGong({ sandboxes: { acme: sandbox } });
  // So many break here that they would be taken for the platform's trouble.
  hub = await testHub(gong.env, { resolvers: [SignInResolver], wrap: own => (house = own), watch: false });
  const config = readConfig({ ...hub.env, PATCHBAY_ROLE: 'api' });
  second = await openHub(config, { log: openLog('silent'), wrap: own => (elsewhere = own), watch: false });
});
afterEach(() => {
  Object.assign(gong, { onToken: undefined, answer: undefined, tamper: undefined, rotation: 'strict' });
});
afterAll(async () => {
  await second?.close();
  await hub?.close();
  await Promise.all([gong?.close(), sandbox?.close()]);
});

interface Connected {
  readonly id: string;
  readonly customerId: string;
  readonly family: Family;
}

async function connected(): Promise<Connected> {
  const { customerId, connectionId } = await connectBySignIn(hub, gong);
  return { id: connectionId, customerId, family: gong.families.at(-1) as Family };
}
const change = (id: string, columns: string): Promise<unknown> =>
  hub.database.query(`update credentials set ${columns} where connection_id = $1`, [id]);
/** Nobody may use it, and nobody refreshes it ahead of time. */
const expire = (id: string): Promise<unknown> => change(id, `access_expires_at = clock_timestamp() - interval '1 s'`);
const take = async (held: Connected, own = house): Promise<string> =>
  (await keeperOf(own).take(held)).headers.reveal()['authorization'] ?? '';
const codeOf = (taken: Promise<unknown>): Promise<string> =>
  taken.then(
    () => 'taken',
    (error: { code: string }) => error.code,
  );
async function healthOf(id: string): Promise<unknown> {
  const { connection } = await hub.ask(
    'query ($id: ID!) { connection(id: $id) { health { credential } lastError { code remedy } } }',
    { id },
  );
  return connection;
}
async function factsOf(id: string): Promise<string[]> {
  const { facts } = await hub.ask('query ($c: ID!) { facts(connectionId: $c, first: 50) { nodes { kind } } }', {
    c: id,
  });
  return facts.nodes.map(({ kind }: { kind: string }) => kind);
}
const valid = { health: { credential: 'VALID' }, lastError: null };
const broken = { health: { credential: 'BROKEN' }, lastError: { code: 'CREDENTIAL_REJECTED' } };
const refuse =
  (status: number, body: unknown, headers = {}): TokenGong['answer'] =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    return true;
  };

describe('a token', () => {
  test('that lives is handed out as it is', async () => {
    const held = await connected();

    expect(await take(held)).toBe(await take(held, elsewhere));
    expect(held.family.refreshes).toBe(0);
  });

  test('that has ended is refreshed once, whoever asks: 600 callers in two processes', async () => {
    const held = await connected();
    const before = await take(held);
    await expire(held.id);
    const callers = Array.from({ length: 600 }, (_, index) => take(held, index % 2 === 0 ? house : elsewhere));
    const tokens = new Set(await Promise.all(callers));

    expect(held.family.refreshes).toBe(1);
    expect(tokens.size).toBe(1);
    expect(tokens).not.toContain(before);
  });

  test('is refreshed by itself before it ends, by a due time in the database', async () => {
    const held = await connected();
    await change(held.id, 'due_at = clock_timestamp()');

    await until('a refresh that nobody asked for', () => held.family.refreshes === 1);
    expect(await healthOf(held.id)).toEqual(valid);
  });

  test('keeps its refresh token where the platform gives no new one', async () => {
    gong.rotation = 'none';
    const held = await connected();
    gong.tamper = reply => ({ ...reply, refresh_token: undefined });
    for (const round of [1, 2, 3]) {
      await expire(held.id);
      await take(held);
      expect(held.family.refreshes).toBe(round);
    }
  });

  test.each([
    ['as text', '7200', 7_200],
    ['as 0', 0, 86_400],
    ['not at all', undefined, 86_400],
  ])('whose life is told %s', async (_, told, seconds) => {
    const held = await connected();
    gong.tamper = reply => ({ ...reply, expires_in: told });
    await expire(held.id);
    await take(held);

    const [row] = await hub.database.query<{ life: number; due: number }>(
      `select extract(epoch from access_expires_at - refreshed_at)::float8 as life,
         extract(epoch from due_at - refreshed_at)::float8 as due from credentials where connection_id = $1`,
      [held.id],
    );
    expect(row?.life).toBe(seconds);
    expect(row?.due).toBeGreaterThan(seconds / 2);
    expect(row?.due).toBeLessThan(seconds - 600);
  });

  test('that has ended with nothing to refresh it with is told of by itself', async () => {
    const held = await connected();
    await change(held.id, `fingerprint = null, due_at = clock_timestamp(), access_expires_at = clock_timestamp()`);

    await until('the end to be told', async () => JSON.stringify(await healthOf(held.id)).includes('BROKEN'));
    expect(await codeOf(take(held))).toBe('CONNECTION_NOT_READY');
  });
});

describe('a platform that has trouble', () => {
  test.each([
    ['a fault', refuse(503, {})],
    ['a wish to wait', refuse(429, {}, { 'retry-after': '7' })],
    ['nonsense with a good status', refuse(200, { ok: false })],
    ['an unknown error', refuse(400, { error: 'temporarily_unavailable' })],
  ])('costs no connection: %s', async (_, answer) => {
    const held = await connected();
    await expire(held.id);
    gong.answer = answer;
    const before = gong.asked.length;

    expect(await codeOf(take(held))).toBe('PLATFORM_BUSY');
    expect(await codeOf(take(held, elsewhere))).toBe('PLATFORM_BUSY');
    // The second was told without asking again.
    expect(gong.asked.length - before).toBe(1);
    expect(await healthOf(held.id)).toEqual(valid);
    gong.answer = undefined;
    await change(held.id, 'retry_at = null');
    expect(await take(held)).toMatch(/^Bearer access-/);
  });

  test('and asks for a day of patience is asked again within half an hour', async () => {
    const held = await connected();
    await expire(held.id);
    gong.answer = refuse(503, {}, { 'retry-after': '86400' });
    await codeOf(take(held));

    const [row] = await hub.database.query<{ minutes: number }>(
      'select extract(epoch from retry_at - clock_timestamp())::float8 / 60 as minutes from credentials where connection_id = $1',
      [held.id],
    );
    expect(row?.minutes).toBeLessThan(30);
    expect(row?.minutes).toBeGreaterThan(5);
  });

  test('and refuses our app: nobody asks for half an hour, until the app is set anew', async () => {
    const held = await connected();
    await expire(held.id);
    gong.answer = refuse(401, { error: 'invalid_client' });

    expect(await codeOf(take(held))).toBe('PLATFORM_BUSY');
    expect(await healthOf(held.id)).toEqual(valid);
    const [row] = await hub.database.query<{ minutes: number }>(
      'select extract(epoch from retry_at - clock_timestamp())::float8 / 60 as minutes from credentials where connection_id = $1',
      [held.id],
    );
    expect(row?.minutes).toBeGreaterThan(28);
    gong.answer = undefined;
    expect(await codeOf(take(held))).toBe('PLATFORM_BUSY');
    expect(held.family.refreshes).toBe(0);

    const app = {
      platform: 'gong',
      clientId: gong.env['PLATFORM_GONG_CLIENT_ID'],
      clientSecret: gong.env['PLATFORM_GONG_CLIENT_SECRET'],
    };
    await hub.ask('mutation ($app: SetPlatformAppInput!) { setPlatformApp(input: $app) { clientId } }', { app });

    expect(await take(held)).toMatch(/^Bearer access-/);
    expect(held.family.refreshes).toBe(1);
    await hub.ask('mutation { removePlatformApp(platform: "gong") }');
  });

  test('and says that the grant is gone: it is asked once more, then believed, and never sent that token again', async () => {
    const held = await connected();
    await expire(held.id);
    held.family.dead = true;
    // What went wrong with the app before is over, and not to be taken for what is wrong now.
    await change(
      held.id,
      `failures = 3, last_failure = '{"kind": "misconfigured", "reason": "x", "at": "2026-01-01"}'`,
    );

    expect(await codeOf(take(held))).toBe('CONNECTION_NOT_READY');
    expect(held.family.presented).toHaveLength(2);
    expect(await healthOf(held.id)).toMatchObject(broken);
    expect(
      await hub.database.query('select failures, last_failure from credentials where connection_id = $1', [held.id]),
    ).toEqual([{ failures: 0, last_failure: null }]);
    await change(held.id, `due_at = clock_timestamp(), retry_at = null`);
    expect(await codeOf(take(held))).toBe('CONNECTION_NOT_READY');
    expect(await codeOf(take(held, elsewhere))).toBe('CONNECTION_NOT_READY');
    expect(held.family.presented).toHaveLength(2);
  });

  test('and errs once about it: the connection lives on', async () => {
    const held = await connected();
    await expire(held.id);
    let times = 0;
    gong.answer = (query, response) =>
      times++ === 0 ? (refuse(400, { error: 'invalid_grant' })?.(query, response) ?? true) : false;

    expect(await take(held)).toMatch(/^Bearer access-/);
    expect(await healthOf(held.id)).toEqual(valid);
  });

  test('and errs once more after a fault: one wrong answer is still not believed', async () => {
    const held = await connected();
    await expire(held.id);
    gong.answer = refuse(503, {});
    await codeOf(take(held));
    await change(held.id, 'retry_at = null');
    let times = 0;
    gong.answer = (query, response) =>
      times++ === 0 ? (refuse(400, { error: 'invalid_grant' })?.(query, response) ?? true) : false;

    expect(await take(held)).toMatch(/^Bearer access-/);
    expect(await healthOf(held.id)).toEqual(valid);
  });
});

test('an app that connections live by neither goes nor becomes another; its secret may', async () => {
  const held = await connected();
  const setting = 'mutation ($input: SetPlatformAppInput!) { setPlatformApp(input: $input) { clientId } }';
  const removing = 'mutation { removePlatformApp(platform: "gong") }';
  const input = { platform: 'gong', clientId: 'test-app', clientSecret: 'test-app-secret-canary' };
  const named = async (clientId: string): Promise<void> => {
    for (const table of ['platform_apps', 'credentials'])
      await hub.database.query(`update ${table} set client_id = $1`, [clientId]);
  };

  const other = (await hub.refused(setting, { input: { ...input, clientId: 'another' } })).extensions;
  expect(other).toMatchObject({ code: 'CONFLICT', field: 'input.clientId' });
  await hub.ask(setting, { input });
  await named('of old');
  expect((await hub.refused(removing)).extensions.code).toBe('CONFLICT');
  await named('test-app');
  // The configured one behind it is the same.
  expect((await hub.ask(removing)).removePlatformApp).toBe(true);
  await expire(held.id);
  expect(await codeOf(take(held))).toBe('taken');
});

describe('our own trouble', () => {
  test('a database that is away when a refresh comes back costs nothing: what came is stored when it is there again', async () => {
    const held = await connected();
    await expire(held.id);
    let away = 3;
    const sql: House['sql'] = {
      ...house.sql,
      transaction: (reach, work) =>
        house.sql.transaction(reach, tx =>
          work({
            ...tx,
            rows: (text, values) => {
              if (text.startsWith('update credentials c set sealed') && away-- > 0)
                throw new Error('Connection terminated unexpectedly');
              return tx.rows(text, values);
            },
          }),
        ),
    };

    expect(await take(held, { ...house, sql })).toMatch(/^Bearer access-/);
    expect([away < 0, held.family.presented.length]).toEqual([true, 1]);
    expect(await healthOf(held.id)).toEqual(valid);
  });

  test('a key service that is away costs no connection: nothing was sent, and nobody waits for a lease to end', async () => {
    const held = await connected();
    await expire(held.id);
    const open = (): Promise<never> => Promise.reject(new Error('The key service is away.'));
    const keyless = { ...house, sql: { ...house.sql }, keyring: { ...house.keyring, open } };

    expect(await codeOf(take(held, keyless))).toBe('PLATFORM_BUSY');
    const [row] = await hub.database.query(
      'select presented, failures, refresh_owner, refresh_until from credentials where connection_id = $1',
      [held.id],
    );
    expect(row).toEqual({ presented: 0, failures: 1, refresh_owner: null, refresh_until: null });
    await change(held.id, 'retry_at = null');
    expect(await take(held)).toMatch(/^Bearer access-/);
    expect(held.family.presented).toHaveLength(1);
  });
});

describe('two that are at it', () => {
  test('somebody has renewed it meanwhile: the refusal of the old means nothing', async () => {
    const held = await connected();
    await expire(held.id);
    let renewed = false;
    gong.onToken = async (when, family) => {
      if (when !== 'arrived' || family !== held.family || renewed) return;
      renewed = true;
      family.dead = true;
      await connectBySignIn(hub, gong, { customerId: held.customerId });
    };

    expect(await take(held)).toMatch(/^Bearer access-/);
    expect(held.family.presented).toHaveLength(1);
    expect(await healthOf(held.id)).toEqual(valid);
  });

  test('whoever was refused does not ask again once somebody else is at it', async () => {
    const held = await connected();
    await expire(held.id);
    let asked = 0;
    const askedAgain = Promise.withResolvers<void>();
    let other: Promise<string> | undefined;
    let answers = 0;
    gong.answer = (query, response) =>
      answers++ === 0 ? (refuse(400, { error: 'invalid_grant' })?.(query, response) ?? true) : false;
    gong.onToken = async (when, family) => {
      if (when !== 'arrived' || family !== held.family) return;
      asked += 1;
      if (asked === 1) {
        await change(held.id, `refresh_until = clock_timestamp() - interval '1 s'`);
        other = codeOf(take(held, elsewhere));
        await until('the other to ask too', () => asked === 2);
      } else if (asked === 2) {
        // Its answer comes long after the first would have asked again.
        await Promise.race([askedAgain.promise, pause(2_000)]);
      } else askedAgain.resolve();
    };

    expect(await codeOf(take(held))).toBe('taken');
    expect(await other).toBe('taken');
    expect(held.family.presented).toHaveLength(1);
    expect(await healthOf(held.id)).toEqual(valid);
  });

  test('whoever asks again holds the lease anew, so that nobody comes in between', async () => {
    const held = await connected();
    await expire(held.id);
    const left: (number | undefined)[] = [];
    gong.answer = (query, response) =>
      left.length === 1 ? (refuse(400, { error: 'invalid_grant' })?.(query, response) ?? true) : false;
    gong.onToken = async (when, family) => {
      if (when !== 'arrived' || family !== held.family) return;
      const [row] = await hub.database.query<{ seconds: number }>(
        'select extract(epoch from refresh_until - refreshed_at)::float8 as seconds from credentials where connection_id = $1',
        [held.id],
      );
      left.push(row?.seconds);
    };
    await take(held);

    // Counted from a moment that stays, so that a busy machine takes nothing from it.
    expect(left).toHaveLength(2);
    expect((left[1] ?? 0) - (left[0] ?? 0)).toBeGreaterThan(0.9);
  });

  test('whoever was late but has the only successor is heard, though all have given up', async () => {
    const held = await connected();
    await expire(held.id);
    const asleep = Promise.withResolvers<void>();
    const acted = Promise.withResolvers<void>();
    let isFirst = true;
    gong.onToken = async (when, family) => {
      if (when !== 'acted' || family !== held.family || !isFirst) return;
      isFirst = false;
      acted.resolve();
      await asleep.promise;
    };
    const late = take(held);
    await acted.promise;
    await change(held.id, `refresh_until = clock_timestamp() - interval '1 s'`);

    // The other presents what was spent, is refused, and was the second to present it.
    expect(await codeOf(take(held, elsewhere))).toBe('CONNECTION_NOT_READY');
    expect(await healthOf(held.id)).toMatchObject(broken);
    asleep.resolve();
    expect(await late).toMatch(/^Bearer access-/);
    expect(await healthOf(held.id)).toEqual(valid);
    expect(await take(held, elsewhere)).toBe(await take(held));
    expect(held.family.presented).toHaveLength(2);
  });

  test('whoever was late and brought it back to life ends the alert and its link; when it breaks again, that is told again', async () => {
    const held = await connected();
    await addContact(hub, held.customerId);
    await expire(held.id);
    const asleep = Promise.withResolvers<void>();
    const acted = Promise.withResolvers<void>();
    let isFirst = true;
    gong.onToken = async (when, family) => {
      if (when !== 'acted' || family !== held.family || !isFirst) return;
      isFirst = false;
      acted.resolve();
      await asleep.promise;
    };
    const late = take(held);
    await acted.promise;
    await change(held.id, `refresh_until = clock_timestamp() - interval '1 s'`);
    await codeOf(take(held, elsewhere));
    await until('the alert', async () => (await factsOf(held.id)).includes('ALERT_OPENED'));
    asleep.resolve();
    await late;
    await until('its end', async () => (await factsOf(held.id)).includes('ALERT_RESOLVED'));

    const { links } = await hub.ask('query ($c: ID!) { links(connectionId: $c) { nodes { state } } }', { c: held.id });
    expect(links.nodes).toEqual([{ state: 'REVOKED' }]);
    held.family.dead = true;
    await expire(held.id);
    expect(await codeOf(take(held))).toBe('CONNECTION_NOT_READY');
    await until(
      'another alert',
      async () => (await factsOf(held.id)).filter(kind => kind === 'ALERT_OPENED').length === 2,
    );
  });

  test('what was disconnected while it was refreshed stays disconnected', async () => {
    const held = await connected();
    await expire(held.id);
    gong.onToken = async (when, family) => {
      if (when !== 'acted' || family !== held.family) return;
      await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: held.id });
    };

    expect(await codeOf(take(held))).toBe('CONNECTION_NOT_READY');
    const [row] = await hub.database.query<{ sealed: Buffer }>(
      'select sealed from credentials where connection_id = $1',
      [held.id],
    );
    expect(row?.sealed).toHaveLength(0);
  });

  test('a token that the platform refuses before its time is replaced once', async () => {
    const held = await connected();
    const { epoch } = await keeperOf(house).take(held);
    const replaced = await Promise.all([house, elsewhere, house].map(own => keeperOf(own).take(held, epoch)));

    expect(new Set(replaced.map(pass => pass.epoch))).toEqual(new Set([epoch + 1]));
    expect(held.family.refreshes).toBe(1);
  });
});

describe('whoever asks', () => {
  test('may go away without ending the refresh, and the hub does not end before it', async () => {
    const held = await connected();
    await expire(held.id);
    const asked = Promise.withResolvers<void>();
    const asleep = Promise.withResolvers<void>();
    gong.onToken = async (when, family) => {
      if (when !== 'acted' || family !== held.family) return;
      asked.resolve();
      await asleep.promise;
    };
    const third = await openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'api' }), {
      log: openLog('silent'),
      wrap: own => {
        void keeperOf(own)
          .take(held)
          .catch(() => undefined);
        return own;
      },
    });
    await asked.promise;
    const closed = third.close();
    asleep.resolve();
    await closed;

    expect(held.family.refreshes).toBe(1);
    const [row] = await hub.database.query<{ presented: number; refresh_owner: string | null }>(
      'select presented, refresh_owner from credentials where connection_id = $1',
      [held.id],
    );
    expect(row).toEqual({ presented: 0, refresh_owner: null });
    expect(await take(held)).toMatch(/^Bearer access-/);
  });
});
