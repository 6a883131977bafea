import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connector, Limit } from '#connector';
import { HeldBack, PlatformError } from '../../src/core/errors.js';
import type { Sql } from '../../src/core/ports.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { openSql } from '../../src/infra/sql.js';
import { pacerFor } from '../../src/quota/index.js';
import { type FreshDatabase, readyDatabase } from '../kit/database.js';
import { keysOf, usualKey } from '../kit/keys.js';
import { until } from '../kit/until.js';

let database: FreshDatabase;
/** Two pools: what two processes share is the database alone. */
let pools: readonly [ReturnType<typeof openSql>, ReturnType<typeof openSql>];

beforeAll(async () => {
  database = await readyDatabase();
  const { url } = await prepareDatabase(database.url, keysOf(usualKey));
  pools = [openSql(url, 12), openSql(url, 12)];
  // Connections that stand and know the function: the first time takes longer than the margin of a window.
  const first = (pacer: Pacer) => Array.from({ length: 12 }, () => send(pacer));
  await Promise.all(account([]).pacers.flatMap(first));
});
afterAll(async () => {
  await Promise.all(pools.map(pool => pool.close()));
  await database.drop();
});

const clock = { now: () => new Date() };
const platformLimits: ReadonlyMap<string, readonly Limit[]> = new Map();
const forever = new AbortController().signal;
let accounts = 0;

/** The same account as two processes see it, and every slot that the ledger gave them, on the database's clock. */
function account(limits: readonly Limit[], id = `account-${++accounts}`) {
  const connector = { manifest: { id: 'made-up', name: 'Made-up' }, limits } as unknown as Connector;
  const slots: number[] = [];
  const pacers = pools.map(sql => pacerFor({ sql: noting(sql, slots), clock, platformLimits }, connector, id));
  return { id, pacers: pacers as [Pacer, Pacer], slots };
}
type Pacer = ReturnType<typeof pacerFor>;

/** Takes leave and sends; gives the moment. */
async function send(pacer: Pacer, group?: string): Promise<number> {
  const permit = await pacer.take(group, forever);
  const at = performance.now();
  permit.sent();
  permit.answered('a test');
  permit.close();
  return at;
}
async function refusal(pacer: Pacer): Promise<PlatformError> {
  const error: unknown = await pacer.take(undefined, forever).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PlatformError) return error;
  throw new Error(`It was not refused: ${String(error)}`);
}
const perSecond: Limit = { requests: 3, seconds: 1, owner: 'company' };
const perDay: Limit = { requests: 5, seconds: 86_400, owner: 'company' };

/** The shortest time in which so many and one more were sent. */
function narrowest(at: readonly number[], requests: number): number {
  const sorted = at.toSorted((a, b) => a - b);
  return Math.min(...sorted.slice(requests).map((later, index) => later - (sorted[index] ?? 0)));
}

/** Notes every slot that the ledger gives. */
function noting(sql: Sql, slots: number[]): Sql {
  return {
    transaction: (reach, work) =>
      sql.transaction(reach, tx =>
        work({
          ...tx,
          async rows<R>(text: string, values?: readonly unknown[]): Promise<R[]> {
            const rows = await tx.rows<R>(text, values);
            for (const { slot_ms, granted } of rows as { slot_ms?: number; granted?: boolean }[])
              if (slot_ms !== undefined && granted === true) slots.push(slot_ms);
            return rows;
          },
        }),
      ),
  };
}

test('two processes with two requests in flight each never get leave for more than the limit in any window', async () => {
  const { id } = account([perSecond]);
  const connector = { manifest: { id: 'made-up', name: 'Made-up' }, limits: [perSecond] } as unknown as Connector;
  const slots: number[] = [];
  const at = await Promise.all(
    pools.map(async sql => {
      const pacer = pacerFor({ sql: noting(sql, slots), clock, platformLimits }, connector, id);
      const sent: number[] = [];
      const worker = async (): Promise<void> => {
        for (let i = 0; i < 3; i++) sent.push(await send(pacer));
      };
      await Promise.all([worker(), worker()]);
      return sent;
    }),
  );

  expect(slots).toHaveLength(12);
  expect(narrowest(slots, 3)).toBeGreaterThanOrEqual(1_000);
  // What each really sent, too. How near they come to the limit together depends on the machine: see the bench.
  for (const sent of at) expect(narrowest(sent, 3)).toBeGreaterThanOrEqual(1_000);
});

describe.concurrent('two processes that share an account', () => {
  test('count a request from when it left, however long the way from the database was', async () => {
    const onePerSecond = { ...perSecond, requests: 1 };
    const { id, pacers } = account([onePerSecond]);
    const connector = { manifest: { id: 'made-up', name: 'Made-up' }, limits: [onePerSecond] } as unknown as Connector;
    let wayMs = 0;
    const longWay: Sql = {
      async transaction(reach, work) {
        const result = await pools[0].transaction(reach, work);
        await pause(wayMs);
        return result;
      },
    };
    // What time it is for the database is known exactly by the shortest of a few ways only.
    const unlimited = pacerFor(
      { sql: longWay, clock, platformLimits: new Map([['made-up', []]]) },
      connector,
      `${id}-0`,
    );
    for (let i = 0; i < 8; i++) await send(unlimited);
    wayMs = 300;
    const slots = async () =>
      (await database.query<{ sends: Date[] }>('select sends from quota_ledger where key like $1', [`%/${id}/`]))[0]
        ?.sends;

    const asked = Date.now();
    const first = await send(pacerFor({ sql: longWay, clock, platformLimits }, connector, id));
    await until('the ledger to know when it left', async () => ((await slots())?.[0]?.getTime() ?? 0) > asked + 200);
    expect((await send(pacers[1])) - first).toBeGreaterThanOrEqual(1_000);
  });

  test('let whoever leaves room be overtaken, and never send more than the limit for that', async () => {
    const limits = [{ ...perSecond, requests: 4, seconds: 60 }];
    const { id, pacers, slots } = account(limits);
    const connector = { manifest: { id: 'made-up', name: 'Made-up' }, limits } as unknown as Connector;
    const later: number[] = [];
    const house = { sql: noting(pools[0], later), clock, platformLimits };
    const patient = pacerFor(house, connector, id, () => Promise.resolve(true));
    for (let i = 0; i < 2; i++) await send(patient);
    const leaving = new AbortController();
    const waiting = patient.take(undefined, leaving.signal).catch(() => undefined);
    await until('the third one has its slot', () => later.length === 3);

    await send(pacers[1]);
    // Half of the limit was used, so the rest of it comes bit by bit.
    const [, second = 0, third = 0] = later;
    expect(third - second).toBeGreaterThan(15_000);
    expect(slots[0]).toBeLessThan(third);
    // The fourth in this minute was the last one, though the third has not left yet.
    let isRefused = false;
    const tooMany = pacers[0].take(undefined, leaving.signal).catch(() => (isRefused = true));
    await until('a fifth one is answered', () => slots.length === 2 || isRefused);
    expect(slots.slice(1).every(slot => slot - (later[0] ?? 0) >= 60_000)).toBe(true);
    leaving.abort();
    await Promise.all([waiting, tooMany]);
  });

  test('keep to all limits at once, and say which one binds', async () => {
    const { pacers } = account([
      { requests: 10, seconds: 1, owner: 'user' },
      { requests: 2, seconds: 2, owner: 'company' },
    ]);
    const at: number[] = [];
    for (const pacer of [...pacers, pacers[0]]) at.push(await send(pacer));
    expect((at[2] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(pacers[1].binding).toBeUndefined();
    expect(pacers[0].binding).toContain('2 requests');
  });

  test('use a day up together; the next leave is refused with when it comes, and costs nothing', async () => {
    const { id, pacers } = account([perDay]);
    for (let i = 0; i < 5; i++) await send(pacers[i % 2 ? 1 : 0]);
    const refusals = [await refusal(pacers[0]), await refusal(pacers[1]), await refusal(pacers[0])];
    for (const { code, recovery, until, message } of refusals) {
      expect({ code, recovery }).toEqual({ code: 'PLATFORM_BUSY', recovery: 'wait' });
      const hours = ((until?.getTime() ?? 0) - Date.now()) / 3_600_000;
      expect(hours).toBeGreaterThan(23.9);
      expect(hours).toBeLessThanOrEqual(24.5);
      expect(message).toContain('5 requests per day');
    }
    // A day later.
    await database.query(
      `update quota_buckets set bucket = bucket - interval '24 hours 16 minutes' where key like $1`,
      [`%/${id}/`],
    );
    await send(pacers[1]);
  });

  test('stand still together when the platform says so, and go on together', async () => {
    const { pacers } = account([perSecond]);
    const from = performance.now();
    await pacers[0].hold(undefined, new Date(Date.now() + 1_200));
    const at = await Promise.all([send(pacers[1]), send(pacers[0])]);
    for (const time of at) {
      expect(time - from).toBeGreaterThanOrEqual(1_190);
      expect(time - from).toBeLessThan(30_000);
    }
  });

  test('do not go on earlier because of a shorter pause, and do not wait for a long one', async () => {
    const { pacers } = account([perSecond]);
    const until = new Date(Date.now() + 120_000);
    await pacers[0].hold(undefined, until);
    await pacers[1].hold(undefined, new Date(Date.now() + 1_000));
    for (const pacer of pacers) {
      const refused = await refusal(pacer);
      expect(refused).toMatchObject({ code: 'PLATFORM_BUSY', recovery: 'wait' });
      expect(Math.abs((refused.until?.getTime() ?? 0) - until.getTime())).toBeLessThan(1_000);
    }
  });

  test('do not come too close again after a pause in which several were waiting', async () => {
    const { pacers, slots } = account([perSecond]);
    await pacers[0].hold(undefined, new Date(Date.now() + 500));
    await Promise.all(pacers.flatMap(pacer => [send(pacer), send(pacer), send(pacer)]));
    expect(narrowest(slots, 3)).toBeGreaterThanOrEqual(1_000);
  });
});

describe.concurrent('an account', () => {
  test('waits for no other account', async () => {
    const [busy, idle] = [account([perSecond]), account([perSecond])];
    const waiting = Array.from({ length: 9 }, () => send(busy.pacers[0]));
    await busy.pacers[0].hold(undefined, new Date(Date.now() + 1_000));
    let waited = false;
    const all = Promise.all(waiting).then(() => {
      waited = true;
    });
    await send(idle.pacers[0]);
    expect(waited).toBe(false);
    await all;
  });

  test('has limits of their own for its groups of requests', async () => {
    const { pacers } = account([perSecond, { ...perSecond, requests: 1, group: 'heavy' }]);
    await pacers[0].hold('heavy', new Date(Date.now() + 120_000));
    const from = performance.now();
    await Promise.all([send(pacers[0]), send(pacers[1])]);
    expect(performance.now() - from).toBeLessThan(60_000);
    await expect(pacers[1].take('heavy', forever)).rejects.toMatchObject({ code: 'PLATFORM_BUSY' });
  });

  test('counts a request of a group against the limits of all requests too', async () => {
    const limits = [perSecond, { ...perSecond, requests: 2, group: 'heavy' }];
    const [heavy, light] = [account(limits), account(limits, `account-${accounts}`)];
    const pacers = [...heavy.pacers, ...light.pacers];
    const four = [0, 1, 0, 1] as const;
    await Promise.all([
      ...four.map(number => send(heavy.pacers[number], 'heavy')),
      ...four.map(number => send(light.pacers[number])),
    ]);
    expect(narrowest([...heavy.slots, ...light.slots], 3)).toBeGreaterThanOrEqual(1_000);
    expect(narrowest(heavy.slots, 2)).toBeGreaterThanOrEqual(1_000);
    expect(pacers.map(({ binding }) => binding?.replace('heavy ', ''))).toContainEqual(
      expect.stringContaining('requests per second'),
    );
  });

  test('is left alone in all its groups while the platform wants a pause of everything', async () => {
    const { pacers } = account([perSecond, { ...perSecond, group: 'heavy' }]);
    await pacers[0].hold(undefined, new Date(Date.now() + 120_000));
    await expect(pacers[1].take('heavy', forever)).rejects.toMatchObject({ code: 'PLATFORM_BUSY' });
  });

  test('is asked as little as its replies say, by every process, until they say otherwise', async () => {
    const { pacers, slots } = account([perSecond, { ...perSecond, requests: 3, group: 'heavy' }]);
    await pacers[0].learn('heavy', { limit: 1, until: undefined });
    await Promise.all(pacers.map(pacer => send(pacer, 'heavy')));
    expect(narrowest(slots, 1)).toBeGreaterThanOrEqual(1_000);
    await pacers[0].learn('heavy', { limit: 3, until: undefined });
    await pause(1_100);
    for (const number of [0, 1, 0] as const) {
      await send(pacers[number], 'heavy');
      expect(pacers[number].binding).toBeUndefined();
    }
  });

  test('is asked as much as its replies say, as far as the largest plan goes, by every process', async () => {
    const { pacers, slots } = account([{ ...perSecond, requests: 2, upTo: 4, group: 'heavy' }]);
    const four = [0, 1, 0, 1] as const;
    // Of the day, say.
    await pacers[0].learn('heavy', { limit: 15_000, until: undefined });
    await Promise.all(four.map(number => send(pacers[number], 'heavy')));
    expect(narrowest(slots, 2)).toBeGreaterThanOrEqual(1_000);

    await pacers[0].learn('heavy', { limit: 4, until: undefined });
    slots.length = 0;
    const bindings = await Promise.all(
      [...four, ...four, ...four].map(async number => {
        await send(pacers[number], 'heavy');
        return pacers[number].binding;
      }),
    );

    expect(narrowest(slots, 4)).toBeGreaterThanOrEqual(1_000);
    expect(bindings).toContainEqual(expect.stringContaining('4 heavy requests per second'));
    await pacers[1].learn('heavy', { limit: 2, until: undefined });
    slots.length = 0;
    await Promise.all(four.map(number => send(pacers[number], 'heavy')));
    expect(narrowest(slots, 2)).toBeGreaterThanOrEqual(1_000);
  });

  test('has as much of a day as its replies say, where they say more than any plan has of a second', async () => {
    const day = { requests: 2, upTo: 4, seconds: 86_400, owner: 'account', group: 'heavy' } as const;
    const { pacers } = account([{ ...perSecond, requests: 1, upTo: 2, group: 'heavy' }, day]);
    await pacers[0].learn('heavy', { limit: 5, until: undefined });
    for (let number = 0; number < 2; number++) await send(pacers[0], 'heavy');
    await expect(pacers[1].take('heavy', forever)).rejects.toMatchObject({ code: 'PLATFORM_BUSY' });

    await pacers[0].learn('heavy', { limit: 4, until: undefined });

    for (let number = 0; number < 2; number++) await send(pacers[1], 'heavy');
    await expect(pacers[0].take('heavy', forever)).rejects.toMatchObject({ code: 'PLATFORM_BUSY' });
  });

  test('is left alone by every process when a reply says that nothing is left', async () => {
    const { pacers } = account([perSecond, { ...perSecond, group: 'heavy' }]);
    await pacers[0].learn('heavy', { limit: 3, until: new Date(Date.now() + 120_000) });
    await expect(pacers[1].take('heavy', forever)).rejects.toMatchObject({ code: 'PLATFORM_BUSY' });
    await send(pacers[1]);
  });

  test('without limits is asked at once', async () => {
    const { pacers } = account([]);
    const from = performance.now();
    await Promise.all(Array.from({ length: 500 }, () => send(pacers[0])));
    expect(performance.now() - from).toBeLessThan(30_000);
  });

  test('keeps to the limits that the operator set instead of the published ones, whatever a request is for', async () => {
    const heavy: Limit = { ...perSecond, requests: 1, group: 'heavy' };
    const { id } = account([]);
    const connector = { manifest: { id: 'made-up' }, limits: [perDay, heavy] } as unknown as Connector;
    const own = new Map([['made-up', [{ ...perSecond, requests: 8, owner: 'account' as const }]]]);
    const pacer = pacerFor({ sql: pools[0], clock, platformLimits: own }, connector, id);
    const at = await Promise.all(Array.from({ length: 12 }, (_, i) => send(pacer, i % 2 ? 'heavy' : undefined)));
    expect(narrowest(at, 8)).toBeGreaterThanOrEqual(950);
    expect(pacer.binding).toBe('8 requests per second for the whole account');
    await pacer.hold('heavy', new Date(Date.now() + 120_000));
    expect(await refusal(pacer)).toMatchObject({ code: 'PLATFORM_BUSY' });
  });

  test('has no limits but the pauses that the platform asks for, when the operator says off', async () => {
    const { id } = account([]);
    const connector = { manifest: { id: 'made-up', name: 'Made-up' }, limits: [perDay] } as unknown as Connector;
    const pacer = pacerFor({ sql: pools[0], clock, platformLimits: new Map([['made-up', []]]) }, connector, id);
    await Promise.all(Array.from({ length: 6 }, () => send(pacer)));
    await pacer.hold(undefined, new Date(Date.now() + 120_000));
    expect(await refusal(pacer)).toMatchObject({ code: 'PLATFORM_BUSY' });
  });

  test('is not waited for any longer when nobody wants it any more', async () => {
    const { pacers } = account([perSecond]);
    await pacers[0].hold(undefined, new Date(Date.now() + 30_000));
    const nobody = new AbortController();
    const taken = pacers[0].take(undefined, nobody.signal);
    nobody.abort();
    await expect(taken).rejects.toThrow();
  });

  test('that turns out to be behind a key is charged with what was sent before it was known', async () => {
    const { id, pacers } = account([perSecond, perDay]);
    await send(pacers[1]);
    const stranger = account([perSecond, perDay]).pacers[0];
    await Promise.all([send(stranger), send(stranger)]);
    const from = performance.now();
    await stranger.become(id);
    await send(pacers[1]);
    expect(performance.now() - from).toBeGreaterThanOrEqual(500);
    // One, two and one: a day has one left.
    await send(stranger);
    expect(await refusal(pacers[1])).toMatchObject({ code: 'PLATFORM_BUSY' });
  });
});

test('leave is void when the platform asks for a pause before the request has left', async () => {
  const {
    pacers: [pacer],
  } = account([perSecond]);
  const permit = await pacer.take(undefined, forever);

  const held = pacer.hold(undefined, new Date(Date.now() + 1_000));

  expect(() => permit.sent()).toThrow(HeldBack);
  permit.close();
  await held;
});

test.each([
  ['the process that was told', 0],
  ['another process', 1],
] as const)(
  'leave that was given before the platform asked for a pause is not used inside it, in %s',
  async (_, told) => {
    const { pacers } = account([{ requests: 1, seconds: 1, owner: 'company' }]);
    await send(pacers[0]);
    const waiting = Array.from({ length: 2 }, () => send(pacers[0]));
    await pause(200);

    const until = performance.now() + 2_500;
    await pacers[told].hold(undefined, new Date(Date.now() + 2_500));

    const sent = await Promise.all(waiting);
    expect(Math.min(...sent)).toBeGreaterThanOrEqual(until - 5);
    expect(narrowest(sent, 1)).toBeGreaterThanOrEqual(1_000);
  },
);
