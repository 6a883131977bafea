import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { lookAround } from '../../src/alerts/watch/look-around.js';
import type { House } from '../../src/scope.js';
import { alertsOf, type SeenAlert } from '../kit/alerts.js';
import { addContact } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { newCustomer } from '../kit/sign-in.js';
import { until } from '../kit/until.js';

let hub: TestHub;
let house: House;
let customerId: string;
beforeAll(async () => {
  hub = await testHub({}, { wrap: own => (house = own) });
  customerId = await newCustomer(hub);
  await addContact(hub, customerId);
});
afterEach(() => hub.database.query('delete from connections'));
afterAll(() => hub?.close());

/** So many connections that work. */
async function connections(count: number): Promise<string[]> {
  const rows = await hub.database.query<{ id: string }>(
    `insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
     select gen_random_uuid(), $1, 'gong', 'account ' || n, 'Account ' || n, '{}', 'valid', now(), '[]', 'Ada' from generate_series(1, $2) n returning id`,
    [customerId, count],
  );
  return rows.map(({ id }) => id);
}

/** They break, as a worker writes it down. */
async function breakThem(ids: readonly string[]): Promise<void> {
  await hub.database.query(
    `with broken as (
       update connections set credential_health = 'broken', credential_checked_at = clock_timestamp()
       where id in (select jsonb_array_elements_text($1::jsonb)::uuid) returning id, customer_id
     ) insert into facts (id, customer_id, kind, connection_id, details, at, awaits_reaction)
     select gen_random_uuid(), customer_id, 'connection.broken', id, '{}', clock_timestamp(), true from broken`,
    [JSON.stringify(ids)],
  );
}

const mend = (ids: readonly string[]): Promise<unknown> =>
  hub.database.query(
    `update connections set credential_health = 'valid', credential_checked_at = clock_timestamp()
     where id in (select jsonb_array_elements_text($1::jsonb)::uuid)`,
    [JSON.stringify(ids)],
  );

/** So many are held back, and were so after this moment. */
const held = (count: number, after = '-infinity'): Promise<unknown> =>
  until(`${count} are held back`, async () => {
    const [row] = await hub.database.query<{ n: number }>(
      'select count(*)::integer as n from facts where awaits_reaction and not_before > $1',
      [after],
    );
    return row?.n === count;
  });

/** What they are held for is over now. */
async function wait(): Promise<string> {
  const [row] = await hub.database.query<{ at: string }>(
    `with now as (select clock_timestamp() as at), over as (
       update facts set not_before = now.at from now where awaits_reaction and not_before is not null
     ) select at::text from now`,
  );
  return row?.at ?? '';
}

const settled = (): Promise<unknown> =>
  until(
    'nothing is held back',
    async () => (await hub.database.query('select from facts where awaits_reaction')).length === 0,
  );

/** Of those whose customer was sent a link, how many links each has been sent. */
async function links(ids: readonly string[]): Promise<number[]> {
  const rows = await hub.database.query<{ n: number }>(
    `select count(*)::integer as n from links l join mails m on m.link_id = l.id
     where l.connection_id in (select jsonb_array_elements_text($1::jsonb)::uuid) group by l.connection_id`,
    [JSON.stringify(ids)],
  );
  return rows.map(({ n }) => n);
}

/** Looks for trouble, also when the hub does so at the same moment. */
const look = (): Promise<unknown> =>
  until('somebody looks', () => lookAround(house.houseScope(new AbortController().signal)));

test('one of many that breaks is told after a moment, and one that works again by then is not', async () => {
  const ids = await connections(12);
  const [lost = '', mended = ''] = ids;
  await breakThem([lost, mended]);
  await held(2);
  await look();
  expect(await alertsOf(hub, customerId)).toMatchObject([{ state: 'OPEN' }, { state: 'OPEN' }]);
  expect(await hub.database.query('select from alerts where told_at is not null')).toEqual([]);
  expect(await links(ids)).toEqual([]);

  await mend([mended]);
  await wait();
  await settled();

  expect(await links([lost])).toEqual([1]);
  expect(await links([mended])).toEqual([]);
});

test('of few connections each is told at once', async () => {
  const ids = await connections(4);

  await breakThem(ids);
  await settled();

  expect(await links(ids)).toEqual([1, 1, 1, 1]);
  expect(
    await hub.database.query(
      'select from facts f join connections n on n.id = f.connection_id where f.not_before is not null',
    ),
  ).toEqual([]);
});

test('many that break at once are told to nobody but engineers, until somebody says that customers have to act', async () => {
  const ids = await connections(30);
  const broken = ids.slice(0, 10);
  await breakThem(broken);
  await held(10);
  await look();
  const [page] = (await alertsOf(hub, null)).filter(({ kind }: SeenAlert) => kind === 'MANY_CONNECTIONS');
  expect(page).toMatchObject({ severity: 'PAGE', state: 'OPEN', details: { connections: 10, of: 30 } });
  await held(10, await wait());
  // They are judged together, not one after the other.
  expect(await hub.database.query('select distinct xmin::text from facts where awaits_reaction')).toHaveLength(1);
  expect(await links(ids)).toEqual([]);

  await hub.ask('mutation ($id: ID!) { resolveAlert(id: $id) { id } }', { id: page.id });
  await wait();
  await settled();

  expect(await links(broken)).toEqual(Array.from(broken, () => 1));
  await look();
  expect((await alertsOf(hub, null)).filter(({ kind }: SeenAlert) => kind === 'MANY_CONNECTIONS')).toEqual([]);
});

/** Connections of one app, which the platform refuses for all of them but the first. */
async function ofRefusedApp(ids: readonly string[]): Promise<void> {
  await hub.database.query(
    `insert into credentials (connection_id, customer_id, epoch, sealed, client_id, failures, last_failure)
     select id, customer_id, 1, '', 'the-app', case when id = $1 then 0 else 1 end,
       jsonb_build_object('kind', 'misconfigured', 'reason', 'It refuses the app.', 'at', now())
     from connections where id in (select jsonb_array_elements_text($2::jsonb)::uuid)`,
    [ids[0], JSON.stringify(ids)],
  );
}

const kindsOfHouse = async (): Promise<string[]> => (await alertsOf(hub, null)).map(({ kind }: SeenAlert) => kind);

test('what is broken while the app is refused waits for the app, and is a part of its alert', async () => {
  const ids = await connections(30);
  const [lost = '', refused = ''] = ids;
  await ofRefusedApp([lost, refused]);
  await breakThem([lost]);
  await held(1);
  await held(1, await wait());
  await look();
  expect(await kindsOfHouse()).toContain('APP_REFUSED');

  await hub.database.query('update credentials set failures = 0');
  await wait();
  await settled();

  expect(await links(ids)).toEqual([1]);
});

test('what broke after the app was refused does not pass for an app that is refused still', async () => {
  const ids = await connections(30);
  const [other = '', lost = ''] = ids;
  await ofRefusedApp([other, lost]);
  await breakThem([lost]);
  await held(1);
  await look();
  expect(await kindsOfHouse()).not.toContain('APP_REFUSED');

  await wait();
  await settled();

  expect(await links([lost])).toEqual([1]);
});

test('whoever resolves the alert of a refused app has the customers asked', async () => {
  const ids = await connections(30);
  const [lost = '', refused = ''] = ids;
  await ofRefusedApp([lost, refused]);
  await breakThem([lost]);
  await held(1);
  await look();
  const page = (await alertsOf(hub, null)).find(({ kind }: SeenAlert) => kind === 'APP_REFUSED');
  await held(1, await wait());

  await hub.ask('mutation ($id: ID!) { resolveAlert(id: $id) { id } }', { id: page.id });
  await wait();
  await settled();

  expect(await links([lost])).toEqual([1]);
});
