import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Reach } from '../../src/core/ports.js';
import { Call } from '../../src/calls/call.entity.js';
import { feature as calls } from '../../src/calls/index.js';
import { Contact, Customer, feature } from '../../src/customers/index.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { openOrm, type Orm } from '../../src/infra/orm.js';
import { type FreshDatabase, readyDatabase } from '../kit/database.js';
import { keysOf, usualKey } from '../kit/keys.js';

let database: FreshDatabase;
let orm: Orm;
const [mine, theirs] = [crypto.randomUUID(), crypto.randomUUID()];
beforeAll(async () => {
  database = await readyDatabase();
  const { url } = await prepareDatabase(database.url, keysOf(usualKey));
  // Row-level security has to hold alone.
  orm = await openOrm({ url, entities: [...feature.entities, ...calls.entities], customerFilter: false });
  await database.query("insert into customers (id, name) values ($1, 'mine'), ($2, 'theirs')", [mine, theirs]);
});
afterAll(async () => {
  await orm.close();
  await database.drop();
});

const idsWith = async (reach: Reach) => (await orm.em(reach).find(Customer, {})).map(({ id }) => id).toSorted();

/** Everything that is sent over the pool's connections. */
async function watchTrips() {
  const pool = await orm.em('none').getConnection().getNativeClient();
  return vi.spyOn((pool as unknown as { Client: typeof pg.Client }).Client.prototype, 'query');
}

test('a read that stands alone is one trip to the database', async () => {
  await idsWith('all');
  const trips = await watchTrips();

  await orm.em('all').findOne(Customer, { id: mine });
  await orm.em({ customerId: mine }).count(Customer, {});

  expect(trips).toHaveBeenCalledTimes(2);
  trips.mockRestore();
});

test('each sees its own, whoever used the connection before', async () => {
  for (let again = 0; again < 5; again += 1) {
    expect(await idsWith('all')).toEqual([mine, theirs].toSorted());
    expect(await idsWith('none')).toEqual([]);
    expect(await idsWith({ customerId: mine })).toEqual([mine]);
    expect(await idsWith({ customerId: theirs })).toEqual([theirs]);
  }
  const seen = await Promise.all(Array.from({ length: 60 }, (_, n) => idsWith({ customerId: n % 2 ? mine : theirs })));
  expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => [n % 2 ? mine : theirs]));
});

test('nothing stays on a connection, not even after a read that failed', async () => {
  const broken = orm.em('all').execute('select 1 / 0');
  await expect(broken).rejects.toThrow('division by zero');

  const trips = await watchTrips();
  await idsWith('all');
  const [used] = trips.mock.contexts as pg.Client[];
  trips.mockRestore();

  const { rows } = await (used as pg.Client).query(
    "select current_setting('patchbay.reach', true) as reach, current_setting('patchbay.customer_id', true) as id",
  );
  expect(rows).toEqual([{ reach: '', id: '' }]);
});

test('a value is a value, whatever is written in it', async () => {
  const odd = "'; set local \"patchbay.reach\" = 'all'; select * from customers; --";

  expect(await orm.em({ customerId: mine }).find(Customer, { name: odd })).toEqual([]);
  await expect(orm.em({ customerId: odd }).find(Customer, {})).rejects.toThrow('invalid input syntax');
});

test('what changes something outside a transaction is bound in the same way, and is undone when it fails', async () => {
  const em = orm.em({ customerId: mine });

  expect(await em.nativeUpdate(Customer, { id: { $in: [mine, theirs] } }, { reference: 'changed' })).toBe(1);
  await expect(em.nativeUpdate(Customer, { id: mine }, { name: '' })).rejects.toThrow('check');
  expect((await orm.em('all').findOneOrFail(Customer, { id: mine })).name).toBe('mine');
});

test('a look by id builds no query, whatever the thing is made of', async () => {
  const built = vi.spyOn(orm.em('all').getDriver(), 'findOne');

  expect(await orm.em('all').findOne(Call, { id: mine })).toBeNull();
  expect((await orm.em('all').findOne(Customer, { id: mine }))?.name).toBe('mine');

  expect(built).not.toHaveBeenCalled();
  built.mockRestore();
});

test('looks by id see each their own, side by side and one after the other on the same connections', async () => {
  const look = async (n: number) => {
    const [own, other] = n % 2 ? [mine, theirs] : [theirs, mine];
    const em = () => orm.em({ customerId: own });
    const found = await Promise.all([em().findOne(Customer, { id: own }), em().findOne(Customer, { id: other })]);
    return found.map(customer => customer?.id);
  };

  const seen = await Promise.all(Array.from({ length: 60 }, (_, n) => look(n)));

  expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => [n % 2 ? mine : theirs, undefined]));
});

test('nothing stays on a connection after a look by id', async () => {
  const trips = await watchTrips();
  await orm.em('all').findOne(Customer, { id: mine });
  const [used] = trips.mock.contexts as pg.Client[];
  trips.mockRestore();

  const { rows } = await (used as pg.Client).query(
    "select current_setting('patchbay.reach', true) as reach, count(*)::int as seen from customers",
  );
  expect(rows).toEqual([{ reach: '', seen: 0 }]);
});

test('a look by an id that is none fails as ever, and the next one does not', async () => {
  await expect(orm.em('all').findOne(Customer, { id: 'none' })).rejects.toThrow('invalid input syntax');

  expect((await orm.em('all').findOne(Customer, { id: mine }))?.name).toBe('mine');
});

test('looks by id go on when what they have prepared is gone, or has changed its type', async () => {
  const look = () => Promise.all(Array.from({ length: 20 }, () => orm.em('all').findOne(Customer, { id: mine })));
  await look();
  const pool = await orm.em('none').getConnection().getNativeClient();
  const clients = await Promise.all(Array.from({ length: 5 }, () => pool.connect()));
  await Promise.all(clients.map(client => client.query('deallocate all')));
  for (const client of clients) client.release();

  expect((await look()).map(customer => customer?.name)).toEqual(Array(20).fill('mine'));

  await database.query('alter table customers alter reference type varchar(500)');
  expect((await look()).map(customer => customer?.name)).toEqual(Array(20).fill('mine'));
  await database.query('alter table customers alter reference type text');
});

test('a look by id keeps to the filter too, whatever it asks for', async () => {
  // As the owner of the database, whom row-level security does not bind: the filter has to hold alone.
  const owner = await openOrm({ url: database.url, entities: feature.entities });
  const id = crypto.randomUUID();
  await database.query(
    "insert into contacts (id, customer_id, name, email, role, created_at) values ($1, $2, 'Ada', 'ada@x.test', 'x', now())",
    [id, theirs],
  );
  const em = (reach: Reach) => owner.em(reach);

  expect((await em({ customerId: mine }).findOne(Customer, { id: mine }))?.name).toBe('mine');
  expect(await em({ customerId: mine }).findOne(Customer, { id: theirs })).toBeNull();
  expect(await em({ customerId: mine }).findOne(Contact, { id })).toBeNull();
  expect(await em({ customerId: mine }).findOne(Contact, { id, customerId: theirs })).toBeNull();
  expect(await em('none').findOne(Contact, { id })).toBeNull();
  expect((await em({ customerId: theirs }).findOne(Contact, { id }))?.customerId).toBe(theirs);
  expect((await em('all').findOne(Contact, { id }))?.name).toBe('Ada');
  await owner.close();
});

test('what was looked up by id is a thing like any other: it is known again, and its changes are stored', async () => {
  const em = orm.em({ customerId: theirs });

  const found = await em.findOneOrFail(Customer, { id: theirs });
  found.reference = 'renamed';
  expect(await em.findOne(Customer, { id: theirs })).toBe(found);
  await em.flush();

  const again = await orm.em('all').findOneOrFail(Customer, { id: theirs }, { fields: ['*'] });
  expect(Object.entries(again)).toEqual(Object.entries(found));
  expect(again).toMatchObject({ name: 'theirs', reference: 'renamed', createdAt: expect.any(Date) });
});
