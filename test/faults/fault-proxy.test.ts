import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import pg from 'pg';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { type FaultProxy, openFaultProxy } from '../kit/fault-proxy.js';
import { until } from '../kit/until.js';

let database: FreshDatabase;
let line: FaultProxy;

beforeAll(async () => {
  database = await freshDatabase();
  await database.query('create table things (id int)');
  line = await openFaultProxy(database.url);
});
afterAll(async () => {
  await line.close();
  await database.drop();
});

async function client(): Promise<pg.Client & { readonly lost: Promise<void> }> {
  const one = new pg.Client({ connectionString: line.via(database.url) });
  const lost = new Promise<void>(resolve => one.on('error', () => resolve()).on('end', () => resolve()));
  await one.connect();
  onTestFinished(() => one.end().catch(() => undefined));
  return Object.assign(one, { lost });
}

async function writes(one: pg.Client, id: number): Promise<unknown> {
  await one.query('begin');
  await one.query('insert into things values ($1)', [id]);
  return one.query('commit');
}
const things = async (): Promise<number[]> =>
  (await database.query<{ id: number }>('select id from things order by id')).map(({ id }) => id);

describe('cutting at COMMIT', () => {
  test('before it is delivered undoes the transaction and tells the client nothing', async () => {
    const one = await client();
    const cut = line.cutAtCommit('before');
    await expect(writes(one, 1)).rejects.toThrow(/terminated|reset/i);
    await cut;
    expect(await things()).not.toContain(1);
  });

  test('after it is delivered keeps the transaction and tells the client nothing', async () => {
    const one = await client();
    const cut = line.cutAtCommit('after');
    await expect(writes(one, 2)).rejects.toThrow(/terminated|reset/i);
    await cut;
    expect(await things()).toContain(2);
  });

  test('meets the transaction that it is meant for, once, and no other connection', async () => {
    const [one, other] = [await client(), await client()];
    const cut = line.cutAtCommit('after', /values \(\$1\)/);
    await one.query('begin');
    await one.query('select 1');
    await one.query('commit');
    await expect(writes(other, 3)).rejects.toThrow();
    await cut;
    await writes(one, 4);
    expect((await things()).slice(-2)).toEqual([3, 4]);
  });
});

test('resets connections that stand, and welcomes new ones', async () => {
  const one = await client();
  line.reset();
  await one.lost;
  expect((await (await client()).query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('cuts connections that stand, and refuses new ones until it is mended', async () => {
  const one = await client();
  line.cut();
  await one.lost;
  await expect(client()).rejects.toThrow();
  line.mend();
  await client();
});

describe('on the way of plain bytes', () => {
  let echo: { readonly url: string; readonly heard: Buffer[]; readonly sockets: Socket[] };
  let plain: FaultProxy;

  beforeAll(async () => {
    const [heard, sockets]: [Buffer[], Socket[]] = [[], []];
    const server = createServer(socket => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', chunk => {
        heard.push(chunk);
        socket.write(chunk);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    echo = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, sockets };
    plain = await openFaultProxy(echo.url);
    return async () => {
      await plain.close();
      server.close();
    };
  });

  async function caller(): Promise<{ readonly socket: Socket; said(): string }> {
    const socket = connect(Number(new URL(plain.via(echo.url)).port), '127.0.0.1');
    let text = '';
    socket.on('error', () => undefined).on('data', chunk => (text += chunk.toString()));
    await once(socket, 'connect');
    onTestFinished(() => void socket.destroy());
    return { socket, said: () => text };
  }

  test('brings bytes late', async () => {
    plain.set({ latencyMs: 150 });
    const { socket, said } = await caller();
    const sent = performance.now();
    socket.write('hello');
    await until('the echo', () => said() === 'hello');
    plain.set({ latencyMs: 0 });
    expect(performance.now() - sent).toBeGreaterThanOrEqual(295);
  });

  test('brings bytes in slices, and all of them', async () => {
    plain.set({ sliceBytes: 3 });
    const { socket, said } = await caller();
    const before = echo.heard.length;
    socket.write('a longer text than three bytes');
    await until('the echo', () => said() === 'a longer text than three bytes');
    plain.set({ sliceBytes: 0 });
    const pieces = echo.heard.slice(before);
    expect(Buffer.concat(pieces).toString()).toBe('a longer text than three bytes');
  });

  test('goes silent: connections stand, new ones are accepted, nothing arrives until it speaks again', async () => {
    const { socket, said } = await caller();
    plain.set({ silent: true });
    const late = await caller();
    const before = echo.heard.length;
    socket.write('anybody there?');
    late.socket.write('or there?');
    await new Promise(resolve => setTimeout(resolve, 100));
    expect([echo.heard.length, said(), late.said()]).toEqual([before, '', '']);
    expect([socket.destroyed, late.socket.destroyed]).toEqual([false, false]);
    plain.set({ silent: false });
    await until('both echoes', () => said() === 'anybody there?' && late.said() === 'or there?');
  });

  test('tells nobody of an end while it is silent', async () => {
    const { socket, said } = await caller();
    socket.write('hello');
    await until('the echo', () => said() === 'hello');
    const far = echo.sockets.at(-1);
    plain.set({ silent: true });
    const ended = once(socket, 'close').then(() => true);
    far?.destroy();
    expect(await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 100, false))])).toBe(false);
    plain.set({ silent: false });
    expect(await ended).toBe(true);
  });
});
