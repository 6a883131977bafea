import { Migration } from '@mikro-orm/migrations';
import { expect, inject, test } from 'vitest';
import { prepareDatabase } from '../../src/infra/database.js';
import { migrations } from '../../src/infra/migrations/index.js';
import { openHouse } from '../kit/house.js';
import { keysOf, usualKey } from '../kit/keys.js';
import { judgeImport } from '../kit/oracle.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

/** What the next release might add. */
class Addition extends Migration {
  override name = 'm9999-addition';

  override up(): void {
    this.addSql('create table additions (id uuid primary key, customer_id uuid references customers)');
    this.addSql('alter table calls add column mood text');
    this.addSql('alter table runs add column hurry integer not null default 0 check (hurry >= 0)');
    this.addSql('create index calls_by_mood on calls (customer_id, mood)');
  }
}
const newer = [...migrations, Addition];
/** What cannot be done. */
class Mistake extends Migration {
  override name = 'm9999-mistake';

  override up(): void {
    this.addSql('alter table calls add column colour text');
    this.addSql('select 1 / 0');
  }
}
const keys = keysOf(usualKey);

test('four processes that start at once on an empty database make it ready once', async () => {
  const house = await openHouse({ calls: 10, server: inject('postgresUrl') });
  try {
    const roles = ['api', 'worker', 'worker', 'all'];
    await Promise.all(roles.map(PATCHBAY_ROLE => house.start({ PATCHBAY_ROLE })));
    const done = await house.database.query<{ name: string }>('select name from mikro_orm_migrations order by id');
    expect(done).toHaveLength(migrations.length);
    expect(new Set(done.map(({ name }) => name)).size).toBe(migrations.length);
  } finally {
    await house.close();
  }
}, 120_000);

test('an older build works on while a newer one migrates in the middle of its import, and starts after it', async () => {
  const house = await openHouse({ calls: 900 });
  try {
    const older = await house.start({ PATCHBAY_ROLE: 'all' });
    const client = house.clientOf(older);
    const { connectionId } = await connectedCustomer(client, house.sandbox);
    house.sandbox.resetLedger();
    const importId = await startImport(client, house.sandbox, connectionId);
    const end = watchToEnd(client, importId);
    await house.requests(8);

    await prepareDatabase(house.database.url, keys, newer);
    const { status } = await house.database
      .query<{ status: string }>('select status from runs')
      .then(([run]) => run ?? { status: 'none' });
    const seen = await end;

    expect(status).toBe('RUNNING');
    expect(seen.every(({ problem }) => problem === null)).toBe(true);
    await judgeImport(house.database, house.sandbox, importId);
    expect(older.output()).not.toMatch(/"level":"(warn|error)"(?!.*Mails are NOT sent)/);
    await house.start({ PATCHBAY_ROLE: 'worker' });
    expect(
      await house.database.query("select name from mikro_orm_migrations where name = 'm9999-addition'"),
    ).toHaveLength(1);
  } finally {
    await house.close();
  }
}, 120_000);

test('each migration is a transaction of its own: what came before a mistake is done, and of the mistake nothing', async () => {
  const house = await openHouse({ calls: 10 });
  try {
    await expect(prepareDatabase(house.database.url, keys, [...newer, Mistake])).rejects.toThrow('division by zero');
    const done = 'select name from mikro_orm_migrations where name like $1';
    expect(await house.database.query(done, ['m9999-%'])).toEqual([{ name: 'm9999-addition' }]);
    const columns =
      "select column_name from information_schema.columns where table_name = 'calls' and column_name = any ($1)";
    expect(await house.database.query(columns, [['mood', 'colour']])).toEqual([{ column_name: 'mood' }]);
    await prepareDatabase(house.database.url, keys, newer);
  } finally {
    await house.close();
  }
}, 120_000);

test('a migration gives way to work that holds what it needs, and goes on when that is done', async () => {
  const house = await openHouse({ calls: 10 });
  try {
    await prepareDatabase(house.database.url, keys);
    const work = house.database.query('begin; lock table calls in row exclusive mode; select pg_sleep(3); commit');
    await until('the lock', async () => {
      const [lock] = await house.database.query(
        "select 1 from pg_locks where relation = 'calls'::regclass and granted and mode = 'RowExclusiveLock'",
      );
      return lock !== undefined;
    });
    await prepareDatabase(house.database.url, keys, newer);
    await work;
    expect(await house.database.query('select hurry from runs')).toEqual([]);
  } finally {
    await house.close();
  }
}, 120_000);
