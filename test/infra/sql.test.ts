import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { int2, int4, jsonb, text, timestamptz, uuid } from '../../src/calls/binary.js';
import type { SqlTransaction } from '../../src/core/ports.js';
import { isUnavailable } from '../../src/core/unavailable.js';
import { openSql } from '../../src/infra/sql.js';
import { openFaultProxy } from '../kit/fault-proxy.js';
import { until } from '../kit/until.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';

let database: FreshDatabase;
let sql: ReturnType<typeof openSql>;

beforeAll(async () => {
  database = await freshDatabase();
  sql = openSql(database.url, 2);
  await database.query(`create table things (
    id uuid primary key, words text, small smallint, number integer, at timestamptz, content jsonb, bytes bytea)`);
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

const columns = ['id', 'words', 'small', 'number', 'at', 'content', 'bytes'];
const rowsOf = (ids: readonly string[]) => ids.map(id => [uuid(id), null, null, null, null, null, null]);
const count = async (ids: readonly string[]) =>
  (await database.query('select id from things where id = any ($1)', [ids])).length;
const backend = async (tx: SqlTransaction) =>
  (await tx.rows<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;

describe('binary COPY', () => {
  test('brings values of every type as they were, and none as none', async () => {
    const [full, empty] = [randomUUID(), randomUUID()];
    const at = new Date('1999-12-31T23:59:59.999Z');
    const content = { text: 'quote " backslash \\ 漢字 🙂', number: -1.5, list: [null, true], object: {} };
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await sql.transaction('all', tx =>
      tx.copyIn('things', columns, [
        [uuid(full), text('"a"\t\\N\n漢🙂'), int2(-840), int4(2_147_483_647), timestamptz(at), jsonb(content), bytes],
        [uuid(empty), text(undefined), int2(undefined), int4(undefined), null, null, null],
      ]),
    );
    expect(await database.query('select * from things where id = $1', [full])).toEqual([
      { id: full, words: '"a"\t\\N\n漢🙂', small: -840, number: 2_147_483_647, at, content, bytes },
    ]);
    expect(await database.query('select * from things where id = $1', [empty])).toEqual([
      { id: empty, words: null, small: null, number: null, at: null, content: null, bytes: null },
    ]);
  });

  test('makes text that the database can hold of text that it cannot', async () => {
    const id = randomUUID();
    const odd = 'a\0b\ud800c';
    await sql.transaction('all', tx =>
      tx.copyIn('things', ['id', 'words', 'content'], [[uuid(id), text(odd), jsonb({ odd })]]),
    );
    expect(await database.query('select words, content from things where id = $1', [id])).toEqual([
      { words: 'ab\ufffdc', content: { odd: 'ab\ufffdc' } },
    ]);
  });

  test('brings more than fits through at once, and nothing at all', async () => {
    const ids = Array.from({ length: 40 }, () => randomUUID());
    await sql.transaction('all', async tx => {
      const rows = ids.map(id => [uuid(id), Buffer.alloc(100_000)]);
      await tx.copyIn('things', ['id', 'bytes'], rows);
      await tx.copyIn('things', ['id'], []);
    });
    expect(await count(ids)).toBe(40);
  });

  test('of what the database refuses fails, brings nothing, and leaves the connection usable', async () => {
    const [good, twice] = [randomUUID(), randomUUID()];
    for (let i = 0; i < 5; i++) {
      await expect(
        sql.transaction('all', tx => tx.copyIn('things', columns, rowsOf([good, twice, twice]))),
      ).rejects.toMatchObject({ code: '23505' });
    }
    expect(await count([good, twice])).toBe(0);
    await sql.transaction('all', tx => tx.copyIn('things', columns, rowsOf([good])));
    expect(await count([good])).toBe(1);
  });
});

test('binary COPY of rows that fail while they are made fails, brings nothing, and leaves the connection usable', async () => {
  const id = randomUUID();
  const fault = new Error('in the middle');
  function* rows() {
    yield [uuid(id)];
    throw fault;
  }
  for (let i = 0; i < 3; i++) {
    await expect(sql.transaction('all', tx => tx.copyIn('things', ['id'], rows()))).rejects.toBe(fault);
  }
  expect(await count([id])).toBe(0);
  expect(await sql.transaction('all', tx => tx.rows('select 1 as one'))).toEqual([{ one: 1 }]);
});

describe('a transaction', () => {
  test('that fails leaves nothing behind and gives its error on', async () => {
    const id = randomUUID();
    const fault = new Error('in the middle');
    await expect(
      sql.transaction('all', async tx => {
        await tx.rows('insert into things (id) values ($1)', [id]);
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(await count([id])).toBe(0);
  });

  test('whose connection is killed fails, and the connection is never used again', async () => {
    const id = randomUUID();
    let killed: number | undefined;
    await expect(
      sql.transaction('all', async tx => {
        killed = await backend(tx);
        await tx.rows('insert into things (id) values ($1)', [id]);
        await database.query('select pg_terminate_backend($1)', [killed]);
        await tx.rows('select 1');
      }),
    ).rejects.toThrow();
    expect(await count([id])).toBe(0);
    const pids = await Promise.all(Array.from({ length: 6 }, () => sql.transaction('all', backend)));
    expect(pids).not.toContain(killed);
  });

  test('that does not notice the death of its connection until its end fails too', async () => {
    const id = randomUUID();
    await expect(
      sql.transaction('all', async tx => {
        await tx.rows('insert into things (id) values ($1)', [id]);
        await database.query('select pg_terminate_backend($1)', [await backend(tx)]);
      }),
    ).rejects.toThrow();
    expect(await count([id])).toBe(0);
    expect(await sql.transaction('all', tx => tx.rows('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('reaches whom it is told, and leaves nothing of that to the next one on its connection', async () => {
    const customerId = randomUUID();
    const reach = (tx: SqlTransaction) =>
      tx.rows(
        `select current_setting('patchbay.reach', true) as reach, current_setting('patchbay.customer_id', true) as id`,
      );
    for (const fails of [false, true]) {
      const one = sql.transaction({ customerId }, async tx => {
        expect(await reach(tx)).toEqual([{ reach: 'own', id: customerId }]);
        if (fails) throw new Error('in the middle');
      });
      await (fails ? expect(one).rejects.toThrow() : one);
      expect(await sql.transaction('none', reach)).toEqual([{ reach: 'own', id: '' }]);
      expect(await sql.transaction('all', reach)).toEqual([{ reach: 'all', id: '' }]);
    }
  });

  test('waits for a connection when all are taken', async () => {
    const all = Array.from({ length: 12 }, (_, n) =>
      sql.transaction('all', tx => tx.rows<{ n: number }>(`select ${n} as n`)),
    );
    expect((await Promise.all(all)).flat().map(({ n }) => n)).toEqual(Array.from({ length: 12 }, (_, n) => n));
  });
});

describe('patience', () => {
  test('with whoever falls silent inside a transaction ends: what it locked is free again', async () => {
    const id = randomUUID();
    await database.query('insert into things (id) values ($1)', [id]);
    const short = openSql(database.url, 1, { statementMs: 30_000, silenceMs: 35_000, idleMs: 300 });
    const silent = short.transaction('all', async tx => {
      await tx.rows('select 1 from things where id = $1 for update', [id]);
      // The other one waits for this row, and gets it although we never speak again.
      await sql.transaction('all', other => other.rows('select 1 from things where id = $1 for update', [id]));
      await tx.rows('select 1');
    });
    const error: unknown = await silent.catch((reason: unknown) => reason);
    expect(isUnavailable(error), String(error)).toBe(true);
    await short.close();
  });

  test('with a line that went dead without a word ends, in every phase of a transaction, and the pool is whole after it', async () => {
    const line = await openFaultProxy(database.url);
    const short = openSql(line.via(database.url), 1, { statementMs: 30_000, silenceMs: 400, idleMs: 30_000 });
    const deaths: ((tx: SqlTransaction) => Promise<unknown>)[] = [
      tx => tx.rows('select 1'),
      tx => tx.copyIn('things', ['id', 'bytes'], [[uuid(randomUUID()), Buffer.alloc(1_000_000)]]),
      () => Promise.resolve(),
    ];
    for (const death of deaths) {
      const dead = short.transaction('all', async tx => {
        line.set({ silent: true });
        await death(tx);
      });
      const error: unknown = await dead.catch((reason: unknown) => reason);
      expect(isUnavailable(error), String(error)).toBe(true);
      line.set({ silent: false });
      await until('a connection that lives', () => short.transaction('all', backend).catch(() => undefined));
    }
    await short.close();
    await line.close();
  });
});
