import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import type { Bus, BusEvent } from '../../src/core/ports.js';
import { openBus } from '../../src/infra/bus.js';
import { openLog } from '../../src/infra/log.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { openFaultProxy } from '../kit/fault-proxy.js';
import { until } from '../kit/until.js';

let database: FreshDatabase;
let buses: readonly [OpenBus, OpenBus];
let attention: AbortController;
type OpenBus = Bus & { close(): Promise<void> };

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  // Two, as two processes have them.
  buses = [await openBus(database.url, openLog('silent')), await openBus(database.url, openLog('silent'))];
  attention = new AbortController();
});
afterEach(async () => {
  attention.abort();
  await Promise.all(buses.map(bus => bus.close()));
});

/** Everything heard from now on. */
function hear(bus: Bus, topic: string): BusEvent[] {
  const heard: BusEvent[] = [];
  const news = bus.listen(topic, attention.signal);
  void (async () => {
    for await (const event of news) heard.push(event);
  })();
  return heard;
}
const message = (content: unknown): BusEvent => ({ kind: 'message', message: content });
const connections = async () =>
  database.query<{ pid: number; name: string }>(
    `select pid, application_name as name from pg_stat_activity
     where datname = current_database() and application_name like 'patchbay %'`,
  );

describe('news', () => {
  test('reach every process that listens to their topic, in order, and nobody else', async () => {
    const [own, other] = [hear(buses[0], 'topic'), hear(buses[1], 'topic')];
    const stranger = hear(buses[1], 'another topic');
    for (const n of [1, 2, 3]) {
      buses[0].publish('topic', { n });
      await until(`message ${n}`, () => other.length === n && own.length === n);
    }
    expect(other).toEqual([message({ n: 1 }), message({ n: 2 }), message({ n: 3 })]);
    expect(own).toEqual(other);
    expect(stranger).toEqual([]);
  });

  test('are kept from the moment of listening, not of the first look', async () => {
    const news = buses[1].listen('topic', attention.signal);
    const witness = hear(buses[1], 'topic');
    buses[0].publish('topic', 'early');
    await until('the message', () => witness.length > 0);
    expect(await news[Symbol.asyncIterator]().next()).toEqual({ done: false, value: message('early') });
  });

  test('of any content arrive as they were', async () => {
    const heard = hear(buses[1], 'topic');
    const content = { text: `"quotes" 'too' \\ \n 漢字 🙂`, number: 1.5, nothing: null, list: [true, []] };
    buses[0].publish('topic', content);
    await until('the message', () => heard.length > 0);
    expect(heard).toEqual([message(content)]);
  });

  test('that were missed while the connection was gone are told as a gap, and the next ones arrive', async () => {
    const heard = hear(buses[1], 'topic');
    const listeners = (await connections()).filter(({ name }) => name === 'patchbay listener');
    expect(listeners).toHaveLength(2);
    for (const { pid } of listeners) await database.query('select pg_terminate_backend($1)', [pid]);
    await until('the gap', () => heard.some(({ kind }) => kind === 'gap'));
    buses[0].publish('topic', 'after');
    await until('the message', () => heard.at(-1)?.kind === 'message');
    expect(heard).toEqual([{ kind: 'gap' }, message('after')]);
  });

  test('go out again after the connections to send them with were cut', async () => {
    const heard = hear(buses[1], 'topic');
    buses[0].publish('topic', 1);
    await until('the first', () => heard.length === 1);
    const senders = (await connections()).filter(({ name }) => name === 'patchbay bus');
    for (const { pid } of senders) await database.query('select pg_terminate_backend($1)', [pid]);
    await until('one after', () => {
      buses[0].publish('topic', 2);
      return heard.length > 1;
    });
    expect(heard.at(-1)).toEqual(message(2));
  });

  test('for a reader that fell far behind shrink to a gap', async () => {
    const news = buses[1].listen('topic', attention.signal);
    const witness = hear(buses[1], 'topic');
    const arrived = (content: unknown) => witness.some(event => event.kind === 'message' && event.message === content);
    for (let n = 1; n <= 150; n++) buses[0].publish('topic', n);
    await until('almost all', () => arrived(149) && arrived(150));
    buses[0].publish('topic', 'the end');
    await until('the end', () => arrived('the end'));
    const events: BusEvent[] = [];
    for await (const event of news) {
      events.push(event);
      if (event.kind === 'message' && event.message === 'the end') break;
    }
    expect(events[0]).toEqual({ kind: 'gap' });
    expect(events.length).toBeLessThan(60);
  });

  test('that are too large are dropped, and the next ones arrive', async () => {
    const heard = hear(buses[1], 'topic');
    buses[0].publish('topic', 'x'.repeat(8_000));
    buses[0].publish('topic', 'small');
    await until('the small one', () => heard.length > 0);
    expect(heard).toEqual([message('small')]);
  });
});

describe('a listener', () => {
  test('ends when its signal aborts, also while it waits', async () => {
    const mine = new AbortController();
    const news = buses[0].listen('topic', mine.signal)[Symbol.asyncIterator]();
    const next = news.next();
    mine.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

test('closing frees all connections, and news after it harm nobody', async () => {
  const bus = await openBus(database.url, openLog('silent'));
  bus.publish('topic', 1);
  const before = await until('its connections', async () => {
    const open = await connections();
    return open.length > 2 ? open.length : undefined;
  });
  await bus.close();
  bus.publish('topic', 2);
  await until('fewer', async () => (await connections()).length < before);
  await Promise.all(buses.map(one => one.close()));
  await until('none', async () => (await connections()).length === 0);
  buses = [await openBus(database.url, openLog('silent')), await openBus(database.url, openLog('silent'))];
});

test('a line that went dead without a word is noticed, and news come again', async () => {
  const line = await openFaultProxy(database.url);
  const bus = await openBus(line.via(database.url), openLog('silent'), 300);
  const heard = hear(bus, 'topic');
  line.set({ silent: true });
  // Both notice, each by itself; what is told to nobody is lost, and the gap says so.
  await until('a new listener', () => {
    line.set({ silent: false });
    line.set({ silent: heard.length === 0 && Math.random() < 0.9 });
    return heard.length > 0;
  });
  line.set({ silent: false });
  await until('news', () => {
    buses[0].publish('topic', 'again');
    return heard.some(event => event.kind === 'message');
  });
  expect(heard[0]).toEqual({ kind: 'gap' });
  await bus.close();
  await line.close();
});
