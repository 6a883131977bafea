import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Keyring } from '../../src/core/ports.js';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { addContact, formOf, keptMails, verifiedGuest } from '../kit/guest.js';
import { alertFields, alertsOf, type SeenAlert, type WatchedHub, watchedHub } from '../kit/alerts.js';
import { slackAddress } from '../kit/slack.js';
import { createSync } from '../kit/syncs.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { watchForStatus } from '../kit/watch.js';

let hub: WatchedHub;
let accounts: GongAccounts;
beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await watchedHub(accounts.env);
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

/** A customer whose import has come to its end. */
async function imported(): Promise<{
  account: GongAccount;
  customerId: string;
  connectionId: string;
  importId: string;
}> {
  const account = await accounts.open({ calls: 20 });
  const connected = await connectedCustomer(hub, account);
  const importId = await startImport(hub, account, connected.connectionId);
  await watchToEnd(hub, importId);
  return { account, importId, ...connected };
}

const factsOf = async (customerId: string): Promise<SeenAlert[]> =>
  (
    await hub.ask(
      `query ($c: ID!) { facts(customerId: $c, kinds: [ALERT_OPENED, ALERT_ACKNOWLEDGED, ALERT_RESOLVED]) { nodes { kind details } } }`,
      { c: customerId },
    )
  ).facts.nodes.toReversed();

/** The run of an import looks as if its worker had gone to sleep so long ago. */
const stall = (importId: string, minutes: number) =>
  hub.database.query(
    `update runs set status = 'RUNNING', lease_until = now() + interval '1 day', finished_at = null,
       updated_at = business_now() - $2 * interval '1 minute' where owner_id = $1`,
    [importId, minutes],
  );
const finish = (importId: string) =>
  hub.database.query(
    `update runs set status = 'COMPLETED', finished_at = now() - interval '2 days' where owner_id = $1`,
    [importId],
  );

test('a broken credential is an alert with its link and what waits, and ends when it is renewed', async () => {
  const { account, customerId, connectionId } = await imported();
  await addContact(hub, customerId);
  account.refuse = () => 401;
  const waiting = await startImport(hub, account, connectionId);
  await watchForStatus(hub, waiting, 'PAUSED');
  const mail = await until('the link is mailed', async () =>
    (await keptMails(hub, customerId)).find(({ text }) => text.includes('/connect/')),
  );

  await hub.look();
  const [alert, ...more] = await alertsOf(hub, customerId);
  expect([alert, more]).toMatchObject([
    {
      ...{ kind: 'CREDENTIAL_BROKEN', severity: 'ERROR', owner: 'CUSTOMER', state: 'OPEN', linkId: expect.any(String) },
      ...{
        importsWaiting: 1,
        connection: { id: connectionId },
        platform: 'gong',
        details: { account: expect.any(String) },
      },
      remedy: expect.stringContaining('reconnect link'),
    },
    [],
  ]);

  account.refuse = undefined;
  const address = new RegExp(`${hub.url}/connect/[\\w-]{43}`).exec(mail.text)?.[0] ?? '';
  const guest = await verifiedGuest(hub, customerId, address);
  await guest.send('keys', { method: '0', ...formOf(account.secret) });
  await guest.send('confirm');
  await watchToEnd(hub, waiting);
  await hub.look(1);

  expect(await alertsOf(hub, customerId)).toEqual([]);
  expect(await alertsOf(hub, customerId, ['RESOLVED'])).toMatchObject([
    { id: alert.id, importsWaiting: 0, resolvedBy: null, resolvedAt: expect.any(String) },
  ]);
});

test('what is in doubt opens when it is still so a minute later, gets worse, and is over when it is gone', async () => {
  const { customerId, importId } = await imported();
  await stall(importId, 12);

  await hub.look();
  expect(await alertsOf(hub, customerId)).toEqual([]);
  await hub.look(1);
  const [alert] = await alertsOf(hub, customerId);
  expect(alert).toMatchObject({ kind: 'RUN_STALLED', severity: 'WARNING', owner: 'US', state: 'OPEN' });
  await hub.look(20);
  expect(await alertsOf(hub, customerId)).toMatchObject([{ id: alert.id, severity: 'ERROR' }]);
  await finish(importId);
  await hub.look(1);

  expect(await alertsOf(hub, customerId)).toEqual([]);
  expect(await factsOf(customerId)).toMatchObject([
    { kind: 'ALERT_OPENED', details: { alertId: alert.id, alert: 'RUN_STALLED', severity: 'WARNING' } },
    { kind: 'ALERT_OPENED', details: { alertId: alert.id, severity: 'ERROR' } },
    { kind: 'ALERT_RESOLVED', details: { alertId: alert.id } },
  ]);
  const rates = await hub.ask(
    'query ($c: ID) { alertRates(days: 1, customerId: $c) { kind opened resolved medianSeconds } }',
    {
      c: customerId,
    },
  );
  expect(rates.alertRates).toEqual([{ kind: 'RUN_STALLED', opened: 1, resolved: 1, medianSeconds: 1_260 }]);
});

test('people acknowledge, snooze and resolve alerts, and one that was resolved comes again only when it goes wrong anew', async () => {
  const { account, customerId, connectionId, importId } = await imported();
  const fail = (id: string) =>
    hub.database.query(
      `update runs set status = 'FAILED', finished_at = business_now(), error = '{"code":"INTERNAL","message":"A fault of ours.","remedy":"Start again."}'
       where owner_id = $1`,
      [id],
    );
  await fail(importId);
  await hub.look();
  await hub.look(1);
  const [{ id, owner }] = await alertsOf(hub, customerId);
  expect(owner).toBe('US');
  const steer = async (verb: string, more = ''): Promise<SeenAlert> =>
    (await hub.ask(`mutation ($id: ID!) { alert: ${verb}Alert(id: $id ${more}) { ${alertFields} } }`, { id })).alert;

  expect(await steer('acknowledge')).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: expect.any(String) });
  const tomorrow = new Date(hub.now().getTime() + 86_400_000).toISOString();
  expect(await steer('snooze', `, until: "${tomorrow}"`)).toMatchObject({ snoozedUntil: tomorrow });
  const late = await hub.refused('mutation ($id: ID!) { snoozeAlert(id: $id, until: "2020-01-01T00:00:00Z") { id } }', {
    id,
  });
  expect(late).toMatchObject({ extensions: { code: 'INVALID_INPUT', field: 'until' } });
  expect(await steer('resolve')).toMatchObject({ state: 'RESOLVED', resolvedBy: expect.any(String) });
  await hub.look(5);
  await hub.look(5);
  expect(await alertsOf(hub, customerId)).toEqual([]);
  expect(await hub.refused('mutation ($id: ID!) { resolveAlert(id: $id) { id } }', { id })).toMatchObject({
    extensions: { code: 'CONFLICT' },
  });

  const another = await startImport(hub, account, connectionId);
  await watchToEnd(hub, another);
  await fail(another);
  await hub.look(5);
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toMatchObject([{ kind: 'IMPORT_FAILED', state: 'OPEN' }]);
  expect((await factsOf(customerId)).map(({ kind }) => kind)).toEqual([
    'ALERT_OPENED',
    'ALERT_ACKNOWLEDGED',
    'ALERT_RESOLVED',
    'ALERT_OPENED',
  ]);
  const rates = await hub.ask(
    'query ($c: ID) { workRates(customerId: $c) { platform work ended failed successRate } }',
    {
      c: customerId,
    },
  );
  expect(rates.workRates).toEqual([{ platform: 'gong', work: 'import', ended: 2, failed: 2, successRate: 0 }]);
  await finish(importId);
  await finish(another);
});

test('alerts are followed live', async () => {
  const { customerId, importId } = await imported();
  const seen = hub.subscribe(`subscription ($c: ID) { alertChanged(customerId: $c) { state severity } }`, {
    c: customerId,
  });
  const first = seen.next();
  await until('somebody listens', async () => {
    await stall(importId, 15);
    await hub.look(1);
    return (await alertsOf(hub, customerId)).length > 0;
  });

  // Whoever listens later than it opened still hears of what it becomes.
  await hub.look(30);
  const states = [(await first).value?.data.alertChanged];
  if (states[0].severity !== 'ERROR') states.push((await seen.next()).value?.data.alertChanged);
  expect(states.at(-1)).toEqual({ state: 'OPEN', severity: 'ERROR' });
  await finish(importId);
  await hub.look(1);
  expect((await seen.next()).value?.data.alertChanged).toMatchObject({ state: 'RESOLVED' });
  await seen.return(undefined);
});

test('many connections that break at once are one alert of the house, and each ends by itself', async () => {
  const { customerId, connectionId } = await imported();
  await hub.look();
  const [{ platform: total }] = (await hub.database.query(
    "select count(*)::integer as platform from connections where credential_health <> 'disconnected'",
  )) as [{ platform: number }];
  const many = Math.max(5, total);
  await hub.database.query(
    `insert into connections select (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'account_id', 'many-' || i))).*
     from connections n, generate_series(1, $2) i where n.id = $1`,
    [connectionId, many],
  );
  const set = (health: string) =>
    hub.database.query(
      `update connections set credential_health = $2, credential_checked_at = business_now() where customer_id = $1 and account_id like 'many-%'`,
      [customerId, health],
    );

  await set('broken');
  await hub.look(1);
  const house = (await alertsOf(hub, null)).filter(({ customerId: own }: SeenAlert) => own === null);
  expect(house).toMatchObject([
    { kind: 'MANY_CONNECTIONS', severity: 'PAGE', owner: 'US', details: { connections: many } },
  ]);
  const parts = await alertsOf(hub, customerId);
  expect(parts).toHaveLength(many);
  expect(new Set(parts.map(({ partOf }) => partOf))).toEqual(new Set([house[0].id]));

  await set('valid');
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toEqual([]);
  expect((await alertsOf(hub, null)).filter(({ kind }: SeenAlert) => kind === 'MANY_CONNECTIONS')).toEqual([]);
});

test('a business day without calls where many are usual is an alert until the next one, unless it was to be expected', async () => {
  const { customerId, connectionId } = await imported();
  await hub.ask('mutation ($i: CreateSyncInput!) { createSync(input: $i) { id } }', {
    i: { connectionId, schedule: { cadence: 'DAILY', at: '06:30', timeZone: 'Europe/Berlin' } },
  });
  // Ten weeks of thirty calls each business day, up to a Thursday.
  await hub.database.query(
    `insert into calls select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'external_id', 'usual-' || d || '-' || i,
       'started_at', d + interval '10 hours'))).*
     from calls c, generate_series(timestamptz '2026-08-31Z', '2026-11-05Z', interval '1 day') d,
       generate_series(1, 30) i where extract(isodow from d) < 6 and c.id = (select id from calls where connection_id = $1 limit 1)`,
    [connectionId],
  );
  const at = async (time: string): Promise<SeenAlert[]> => {
    await hub.at(time);
    return (await alertsOf(hub, customerId)).filter(({ kind }) => kind.startsWith('VOLUME'));
  };

  expect(await at('2026-11-06T08:00:00Z')).toEqual([]);
  expect(await at('2026-11-07T08:00:00Z')).toMatchObject([
    { kind: 'VOLUME_STOP', severity: 'ERROR', details: { day: '2026-11-06', calls: 0, usual: 30 } },
  ]);
  // Calls that were missing here explain it only if they are enough.
  const find = (count: number): Promise<unknown> =>
    hub.database.query(
      `with made as (
         insert into calls select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'external_id', gen_random_uuid(),
           'started_at', timestamptz '2026-11-06T10:00Z'))).*
         from calls c, generate_series(1, $2) where c.id = (select id from calls where connection_id = $1 limit 1) returning *
       ) insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
         select gen_random_uuid(), m.customer_id, s.id, m.id, m.external_id, m.started_at, 'FETCHED', business_now()
         from made m join syncs s on s.connection_id = $1`,
      [connectionId, count],
    );
  await find(1);
  expect(await at('2026-11-07T08:10:00Z')).toMatchObject([{ kind: 'VOLUME_STOP' }]);
  await find(20);
  expect(await at('2026-11-07T08:20:00Z')).toEqual([]);
  await hub.database.query('delete from gaps g using syncs s where s.id = g.sync_id and s.connection_id = $1', [
    connectionId,
  ]);
  expect(await at('2026-11-07T08:30:00Z')).toMatchObject([{ kind: 'VOLUME_STOP' }]);
  const expected = 'mutation ($c: ID!) { expectVolume(connectionId: $c, day: "2026-11-06") }';
  expect((await hub.ask(expected, { c: connectionId })).expectVolume).toBe(true);
  expect(await at('2026-11-07T09:00:00Z')).toEqual([]);
});

test('a customer whose key cannot be used keeps nobody else from being told, and is told when it can', async () => {
  const [one, two] = [await imported(), await imported()];
  await hub.ask('mutation ($input: SetUpSlackInput!) { setUpSlack(input: $input) { id } }', {
    input: { name: 'all', address: slackAddress() },
  });
  const keyring = hub.house.keyring as { seal: Keyring['seal'] };
  const { seal } = keyring;
  keyring.seal = async (plain, context) => {
    if (context.customerId === one.customerId) throw new Error('The key cannot be unwrapped.');
    return seal(plain, context);
  };
  const told = async (customerId: string): Promise<string[]> =>
    (
      await hub.database.query<{ topic: string }>('select topic from notices where customer_id = $1 order by topic', [
        customerId,
      ])
    ).map(({ topic }) => topic);
  const setHealth = (health: string) =>
    hub.database.query(
      `update connections set credential_health = $2, credential_checked_at = business_now() where id in
         (select jsonb_array_elements_text($1::jsonb)::uuid)`,
      [JSON.stringify([one.connectionId, two.connectionId]), health],
    );
  try {
    await setHealth('broken');
    await hub.look(1);
    expect(await told(two.customerId)).toEqual(['CREDENTIALS', 'IMPORTS']);
    expect(await told(one.customerId)).toEqual([]);
    expect(await alertsOf(hub, one.customerId)).toMatchObject([{ kind: 'CREDENTIAL_BROKEN', state: 'OPEN' }]);
    expect(hub.logged()).toContain('The key cannot be unwrapped.');
  } finally {
    keyring.seal = seal;
  }
  await hub.look(1);
  for (const { customerId } of [one, two]) expect(await told(customerId)).toEqual(['CREDENTIALS', 'IMPORTS']);
  await setHealth('valid');
  await hub.look(1);
});

test('a day is judged when all connections are counted, however many there are', async () => {
  const { connectionId } = await imported();
  const { id: syncId } = await createSync(hub, {
    connectionId,
    schedule: { cadence: 'DAILY', at: '06:30', timeZone: 'Pacific/Auckland' },
  });
  await hub.database.query(
    `with many as (
       insert into connections select (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'account_id', 'region-' || i))).*
       from connections n, generate_series(1, 60) i where n.id = $1 returning id
     ) insert into syncs select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'connection_id', many.id))).*
     from syncs s, many where s.id = $2`,
    [connectionId, syncId],
  );
  const days = async (): Promise<object> =>
    (
      await hub.database.query<object>(
        `select count(*)::integer as counted, count(*) filter (where judged)::integer as judged from call_days d
         where region = 'Pacific/Auckland' and on_day = (select max(on_day) from call_days where region = d.region)`,
      )
    )[0] ?? {};

  await hub.at('2026-11-26T20:00:00Z');
  expect(await days()).toMatchObject({ judged: 0 });
  await hub.look();
  expect(await days()).toEqual({ counted: 61, judged: 61 });
});
