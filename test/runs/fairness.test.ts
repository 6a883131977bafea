import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimNext, isOwed } from '../../src/runs/take-turns.js';
import { startGongAccounts } from '../kit/gong-accounts.js';
import { testHub } from '../kit/hub.js';
import { openRunDatabase, type RunDatabase } from '../kit/runs.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { progressOf, steer } from '../kit/watch.js';

const future = '2100-01-01T00:00:00Z';
const past = '2020-01-01T00:00:00Z';

describe('turns between customers', () => {
  let runs: RunDatabase;
  beforeAll(async () => {
    runs = await openRunDatabase();
  });
  beforeEach(() => runs.database.query('delete from runs'));
  afterAll(() => runs.close());

  async function customer(name: string): Promise<string> {
    const id = randomUUID();
    await runs.database.query('insert into customers (id, name) values ($1, $2)', [id, name]);
    return id;
  }
  /** Created in the minute given; `running`: in other hands since then. */
  function run(customerId: string, minute: number, running?: 'running' | 'lost'): Promise<string> {
    const at = `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`;
    return runs.addRun({
      ...{ customer_id: customerId, created_at: at },
      ...(running && { status: 'RUNNING', started_at: at, lease_until: running === 'lost' ? past : future }),
    });
  }
  const lease = (runId: string, customerId: string) => ({ runId, customerId, epoch: 0 });

  test('go to whoever has the fewest runs under way, and there to the oldest', async () => {
    const [many, few, one] = [await customer('Many'), await customer('Few'), await customer('One')];
    await run(many, 0, 'running');
    const ofMany = [await run(many, 1), await run(many, 2), await run(many, 3)];
    const ofFew = [await run(few, 4), await run(few, 5)];
    const ofOne = await run(one, 6);

    const taken: (string | undefined)[] = [];
    for (let i = 0; i < 7; i++) taken.push((await claimNext(runs.sql[0]))?.lease.runId);

    expect(taken).toEqual([ofFew[0], ofOne, ofMany[0], ofFew[1], ofMany[1], ofMany[2], undefined]);
  });

  test('count no run whose worker has died, and give it to the next', async () => {
    const [many, few] = [await customer('Many'), await customer('Few')];
    const lost = await run(many, 0, 'lost');
    await run(few, 1, 'running');
    await run(few, 2);

    expect((await claimNext(runs.sql[0]))?.lease.runId).toBe(lost);
  });

  test('are given to one worker each, however many ask at once', async () => {
    const [many, few] = [await customer('Many'), await customer('Few')];
    const all = [await run(many, 0), await run(many, 1), await run(many, 2), await run(few, 3)];

    const claims = await Promise.all(Array.from({ length: 8 }, (_, i) => claimNext(runs.sql[i % 2 ? 1 : 0])));

    expect(claims.flatMap(claim => claim?.lease.runId ?? []).toSorted()).toEqual(all.toSorted());
  });

  test('of looks at what events told of are apart from those of runs: neither waits for the other', async () => {
    const [many, few] = [await customer('Many'), await customer('Few')];
    const look = (customerId: string) => runs.addRun({ customer_id: customerId, hinted: 'true', created_at: past });
    await run(few, 0, 'running');
    const [ofMany, ofFew] = [await run(many, 1), await run(few, 2)];
    const [first, second, third] = [await look(many), await look(many), await look(few)];
    const reread = await runs.addRun({ customer_id: few, hinted: 'true', afresh: 'true', created_at: future });
    const taken = async (kind?: 'look') => (await claimNext(runs.sql[0], kind))?.lease.runId;

    const looks = [await taken('look'), await taken('look'), await taken('look'), await taken('look')];
    expect([first, second].includes(looks.find(id => id !== third) as string)).toBe(true);
    expect(looks.toSorted()).toEqual([first, second, third, undefined].toSorted());
    expect([await taken(), await taken(), await taken(), await taken()]).toEqual([ofMany, ofFew, reread, undefined]);
  });

  test('are made by the youngest run of whoever has more than a fair share', async () => {
    const [many, few] = [await customer('Many'), await customer('Few')];
    const ofMany = [await run(many, 0, 'running'), await run(many, 2, 'running'), await run(many, 1, 'running')];
    const owed = () => Promise.all(ofMany.map(id => isOwed(runs.sql[0], lease(id, many))));
    await run(many, 3);
    expect(await owed()).toEqual([false, false, false]);

    await run(few, 4);
    expect(await owed()).toEqual([false, true, false]);
    await run(few, 5, 'running');
    expect(await owed()).toEqual([false, true, false]);
    await run(few, 6, 'running');
    expect(await owed()).toEqual([false, false, false]);
  });

  test('are not made for a run that may be taken up in this moment, or that nobody wants', async () => {
    const [many, few] = [await customer('Many'), await customer('Few')];
    const ofMany = [await run(many, 0, 'running'), await run(many, 1, 'running')];
    const id = await runs.addRun({ customer_id: few });
    await runs.addRun({ customer_id: few, wanted: 'pause', created_at: past });
    await runs.addRun({ customer_id: few, status: 'WAITING', wake_at: future, created_at: past });

    expect(await isOwed(runs.sql[0], lease(ofMany[1] as string, many))).toBe(false);
    await runs.database.query('update runs set created_at = $2 where id = $1', [id, past]);
    expect(await isOwed(runs.sql[0], lease(ofMany[1] as string, many))).toBe(true);
  });
});

test('a customer whose imports fill all places of a worker makes room for another', async () => {
  const accounts = await startGongAccounts();
  const hub = await testHub({ ...accounts.env, PLATFORM_GONG_LIMITS: 'off' });
  try {
    const endless = await accounts.open({ calls: 20_000, withoutTranscript: 1 });
    const small = await accounts.open({ calls: 5 });
    const [many, few] = [await connectedCustomer(hub, endless), await connectedCustomer(hub, small)];
    // None of them ends within a minute.
    endless.onRequest = () => pause(1_000);
    const long = await Promise.all(Array.from({ length: 9 }, () => startImport(hub, endless, many.connectionId)));

    const seen = await watchToEnd(hub, await startImport(hub, small, few.connectionId));

    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 5 });
    const others = await Promise.all(long.map(id => progressOf(hub, id)));
    expect(others.map(({ finished }) => finished)).toEqual(long.map(() => false));
    await Promise.all(long.map(id => steer(hub, 'cancel', id)));
  } finally {
    await hub.close();
    await accounts.close();
  }
});
