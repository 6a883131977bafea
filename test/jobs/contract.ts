import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type JobHandler, openQueue, type Queue, type QueueOptions } from '../../src/infra/agenda.js';
import { openBus } from '../../src/infra/bus.js';
import { openLog } from '../../src/infra/log.js';
import type { FaultProxy } from '../kit/fault-proxy.js';
import { until } from '../kit/until.js';

/** A store of jobs for the tests of one file. */
export interface Ground {
  readonly busUrl: string;
  /** Where the jobs are, straight or over the line that can be cut. */
  where(way: 'straight' | 'over the line'): Pick<QueueOptions, 'jobs' | 'databaseUrl'>;
  readonly line: FaultProxy;
  /** Jobs of this name that the store holds. */
  kept(name: string): Promise<readonly { readonly data: unknown }[]>;
  close(): Promise<void>;
}

interface Member {
  readonly queue: Queue;
  logged(): string;
}

/** No poll within a test: whatever happens was told over the bus. */
const never = 60_000;
const quick = { pollMs: 200, lockLifetimeMs: 900 };

/** What the hub relies on, whichever store Agenda works on. */
export function contract(backend: string, openGround: () => Promise<Ground>): void {
  let ground: Ground;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    ground = await openGround();
  });
  afterAll(() => ground.close());
  afterEach(async () => {
    ground.line.mend();
    for (const end of ends.splice(0).toReversed()) await end();
  });

  /** As another process of the same hub would: with connections of its own. */
  async function join(
    handlers: readonly JobHandler[] = [],
    options: Partial<QueueOptions> = {},
    way: Parameters<Ground['where']>[0] = 'straight',
  ): Promise<Member> {
    let text = '';
    const log = openLog('debug', new Writable({ write: (chunk, _, done) => done(void (text += chunk)) }));
    const bus = await openBus(ground.busUrl, log);
    ends.push(() => bus.close());
    const queue = await openQueue({ ...ground.where(way), bus, log, handlers, pollMs: never, ...options });
    ends.push(() => queue.close());
    return { queue, logged: () => text };
  }

  describe(`a queue on ${backend}`, () => {
    test('wakes a handler in another instance within a second', async () => {
      const work = hands('wake');
      await join([work]);
      const { queue } = await join();

      const startedAt = performance.now();
      await queue.add('wake', { runId: randomUUID() });
      await until('the job is handled', () => work.done.length === 1);

      const tookMs = performance.now() - startedAt;
      console.info(`${backend}: woken after ${tookMs.toFixed(0)} ms`);
      expect(tookMs).toBeLessThan(1_000);
      await until('the store is empty', async () => (await ground.kept('wake')).length === 0);
    });

    test('wakes a handler whose clock is half a minute behind', async () => {
      const work = hands('skew');
      await join([work]);
      const { queue } = await join();

      const ahead = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 30_000);
      const added = queue.add('skew', { runId: randomUUID() });
      ahead.mockRestore();
      await added;

      await until('the job is handled', () => work.done.length === 1, 1_000);
    });

    test('hands each of 50 jobs to one of two workers, once', async () => {
      const [one, two] = [hands('many', 2), hands('many', 2)];
      await join([one]);
      await join([two]);
      const { queue } = await join();

      const runIds = Array.from({ length: 50 }, () => randomUUID());
      await Promise.all(runIds.map(runId => queue.add('many', { runId })));
      await until('all are handled', () => new Set([...one.done, ...two.done]).size === 50);

      await until('the store is empty', async () => (await ground.kept('many')).length === 0);
      expect([...one.done, ...two.done].toSorted()).toEqual(runIds.toSorted());
      console.info(`${backend}: 50 jobs, ${one.done.length} and ${two.done.length}`);
    });

    test('runs as many side by side as allowed, never more, and goes on at once when one ends', async () => {
      const work = hands('limit', 3, 'held');
      await join([work]);
      const { queue } = await join();

      for (let n = 0; n < 10; n += 1) await queue.add('limit', { runId: String(n) });
      for (let n = 1; n <= 10; n += 1) {
        await until(`${n} have begun`, () => work.begun.length >= n && work.inHand() === Math.min(3, 11 - n), 2_000);
        work.release();
      }

      await until('all are handled', () => work.done.length === 10);
      expect(work.most()).toBe(3);
    });

    test('leaves to others what a full worker cannot begin', async () => {
      const [full, idle] = [hands('full', 1, 'held'), hands('full', 1)];
      const { queue } = await join([full]);
      for (let n = 0; n < 4; n += 1) await queue.add('full', { runId: String(n) });
      await until('the first has its hands full', () => full.inHand() === 1);

      await join([idle]);

      await until('the rest is done by the other', () => idle.done.length === 3, 2_000);
      full.release();
      await until('all are handled', () => full.done.length === 1);
    });

    test('goes on after a handler that throws, and keeps nothing of the job', async () => {
      const bad: JobHandler = { ...hands('bad'), handle: () => Promise.reject(new Error('a bug')) };
      const good = hands('good');
      const { queue, logged } = await join([bad, good]);

      for (let n = 0; n < 3; n += 1) await queue.add('bad', { runId: String(n) });
      await queue.add('good', { runId: 'good' });

      await until('the good one is handled', () => good.done.length === 1);
      await until('the store is empty', async () => (await ground.kept('bad')).length === 0);
      expect(logged().match(/A job failed/g)).toHaveLength(3);
    });

    test('gives the job of a worker that died to another when its lock ends', async () => {
      const [dying, heir] = [hands('crash', 1, 'held'), hands('crash')];
      const { queue } = await join([dying], quick, 'over the line');
      await queue.add('crash', { runId: 'orphan' });
      await until('it is in hand', () => dying.inHand() === 1);
      await join([heir], quick);

      ground.line.cut();
      const cutAt = performance.now();
      await until('the heir has it', () => heir.done.length === 1, 5_000);

      const tookMs = performance.now() - cutAt;
      console.info(`${backend}: inherited after ${tookMs.toFixed(0)} ms, lock ${quick.lockLifetimeMs} ms`);
      expect(tookMs).toBeLessThan(quick.lockLifetimeMs + quick.pollMs + 500);
      dying.release();
    });

    test('keeps a job that outlasts its lock with the worker that is on it', async () => {
      const [busy, idle] = [hands('long', 1, 'held'), hands('long')];
      const { queue } = await join([busy], quick);
      await queue.add('long', { runId: 'long' });
      await until('it is in hand', () => busy.inHand() === 1);
      await join([idle], quick);

      // Nothing announces that nobody took it: three lives of the lock have to pass.
      await pause(3 * quick.lockLifetimeMs);
      busy.release();

      await until('the store is empty', async () => (await ground.kept('long')).length === 0);
      expect([busy.done, idle.done]).toEqual([['long'], []]);
    });

    test('stops at once, lets what runs end, takes nothing new, and leaves it to others', async () => {
      const [leaving, staying] = [hands('stop', 2, 'held'), hands('stop')];
      const { queue } = await join([leaving]);
      await queue.add('stop', { runId: 'in hand' });
      await until('it is in hand', () => leaving.inHand() === 1);

      const startedAt = performance.now();
      await queue.stop();
      expect(performance.now() - startedAt).toBeLessThan(5_000);

      await queue.add('stop', { runId: 'after' });
      await join([staying]);
      await until('another took it', () => staying.done.includes('after'));
      leaving.release();
      await until('what ran has ended', () => leaving.done.length === 1);
      await queue.close();
      expect([leaving.begun, staying.done]).toEqual([['in hand'], ['after']]);
      await until('the store is empty', async () => (await ground.kept('stop')).length === 0);
    });

    test('outlives its store: says so, ends what it has in hand, and goes on when the store is back', async () => {
      const work = hands('outage', 2, 'held');
      const { queue, logged } = await join([work], quick, 'over the line');
      await queue.add('outage', { runId: 'before' });
      await until('it is in hand', () => work.inHand() === 1);

      ground.line.cut();
      await expect(queue.add('outage', { runId: 'during' })).rejects.toThrow();
      work.release();
      await until('it is done although the store is away', () => work.done.includes('before'));
      ground.line.mend();

      work.open();
      const mendedAt = performance.now();
      await until('a job can be added', () => queue.add('outage', { runId: 'after' }).then(() => true, () => false)); // biome-ignore format: one line
      await until('it is handled', () => work.done.includes('after'), 6_000);
      console.info(`${backend}: at work ${(performance.now() - mendedAt).toFixed(0)} ms after the store was back`);
      await until('the store is empty', async () => (await ground.kept('outage')).length === 0);
      expect(logged()).toMatch(/stumbled|is away/);
    });

    test('keeps identifiers only', async () => {
      const work = hands('payload', 1, 'held');
      const { queue } = await join([work]);
      const runId = randomUUID();

      await queue.add('payload', { runId });
      await until('it is in hand', () => work.inHand() === 1);

      expect((await ground.kept('payload')).map(({ data }) => data)).toEqual([{ runId }]);
      await expect(queue.add('payload', { runId: 'a transcript '.repeat(20) })).rejects.toThrow(
        'runId of the job payload is more than an identifier.',
      );
      work.release();
    });
  });
}

/** A handler that writes down what it did. One that is `held` ends each job only when it is released. */
function hands(name: string, concurrency = 1, held?: 'held') {
  const [begun, done, waiting] = [[] as string[], [] as string[], [] as (() => void)[]];
  let most = 0;
  let open = held === undefined;
  return {
    name,
    concurrency,
    begun,
    done,
    inHand: () => begun.length - done.length,
    most: () => most,
    /** Ends the oldest. */
    release: () => waiting.shift()?.(),
    /** Ends all, now and later. */
    open: () => {
      open = true;
      for (const end of waiting.splice(0)) end();
    },
    async handle({ runId = '' }: Readonly<Record<string, string>>): Promise<void> {
      begun.push(runId);
      most = Math.max(most, begun.length - done.length);
      if (!open) await new Promise<void>(resolve => waiting.push(resolve));
      done.push(runId);
    },
  } satisfies JobHandler & Record<string, unknown>;
}
