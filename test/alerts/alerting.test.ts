import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginDrill } from '../../src/alerts/drill/drill.js';
import { pingDeadMan } from '../../src/alerts/drill/keep-dead-man.js';
import { Secret } from '../../src/core/secret.js';
import { hookPath } from '../../src/hooks/hook-address.js';
import { alertsOf, type SeenAlert, type WatchedHub, watchedHub } from '../kit/alerts.js';
import { createEndpoint } from '../kit/endpoints.js';
import { type GongAccount, type GongAccounts, startGongAccounts, type Tamper } from '../kit/gong-accounts.js';
import { newCustomer } from '../kit/sign-in.js';
import { slackAddress } from '../kit/slack.js';
import { startTokenEndpoint, type TokenEndpoint } from '../kit/token-endpoint.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: WatchedHub;
let outside: TokenEndpoint;
let accounts: GongAccounts;
beforeAll(async () => {
  outside = await startTokenEndpoint((_, response) => void response.end('OK'));
  accounts = await startGongAccounts();
  hub = await watchedHub(accounts.env);
});
afterAll(async () => {
  await hub?.close();
  await outside?.close();
  await accounts?.close();
});

const alerting = async (): Promise<SeenAlert> =>
  (await hub.ask('{ alerting { works problems lookedAt senderLookedAt drilledAt drillSeconds pingedAt } }')).alerting;
const beginDrills = (): Promise<void> => beginDrill(hub.house.houseScope(new AbortController().signal));
const ofHouse = async (kind: string, states: string[] = ['OPEN', 'RESOLVED']): Promise<SeenAlert[]> =>
  (
    await hub.ask(
      'query ($k: [AlertKind!], $s: [AlertState!]) { alerts(kinds: $k, states: $s) { nodes { kind state severity owner customerId problem remedy details } } }',
      { k: [kind], s: states },
    )
  ).alerts.nodes;

const ping = (): Promise<void> => pingDeadMan(hub.house, new Secret(outside.url), new AbortController().signal);

test('a drill is raised and cleared, told to nobody, and the address outside is pinged only while all of it works', async () => {
  expect((await alerting()).problems).toContain('Nobody has looked for trouble yet.');
  await ping();
  expect(outside.requests).toEqual([]);
  await beginDrills();
  await hub.look();
  expect(await ofHouse('DRILL')).toMatchObject([{ state: 'OPEN', customerId: null }]);
  expect(await alertsOf(hub, null)).toEqual([]);
  await hub.look();
  expect(await ofHouse('DRILL')).toMatchObject([{ state: 'RESOLVED' }]);
  expect(await hub.database.query('select from notices')).toEqual([]);

  const works = await until('it works', async () => {
    const now = await alerting();
    return now.works && now;
  });
  expect(works).toMatchObject({ problems: [], drillSeconds: expect.any(Number), lookedAt: expect.any(String) });
  await ping();
  await ping();
  expect(outside.requests).toHaveLength(1);
  expect((await alerting()).pingedAt).not.toBeNull();
  const metrics = await (
    await fetch(`${hub.url}/metrics`, { headers: { authorization: `Bearer ${hub.adminKey}` } })
  ).text();
  expect(metrics).toMatch(/patchbay_alerting_works 1/);
  expect(metrics).toMatch(/patchbay_alerting_age_seconds\{part="look"\} \d/);

  for (const [change, problem] of [
    [`looked_at = now() - interval '4 minutes'`, 'Nobody has looked for trouble for 4 minutes.'],
    [`sender_looked_at = now() - interval '1 hour'`, 'Nobody has looked after notices for 60 minutes.'],
    [
      `drill_began_at = now() - interval '6 minutes', drill_cleared_at = null`,
      'The last drill was not raised and cleared within five minutes.',
    ],
  ]) {
    await hub.database.query(`update alerting set ${change}`);
    expect((await alerting()).problems).toContain(problem);
  }
  await hub.database.query(`update alerting set pinged_at = now() - interval '5 minutes'`);
  await ping();
  expect(outside.requests).toHaveLength(1);
  expect(hub.logged()).toContain('the dead-man address is not pinged');
});

test('another drill begins when the last is an hour old, which stays known until that one is over', async () => {
  const isUnderWay = async (): Promise<boolean> =>
    (await hub.database.query('select from alerting where drill_cleared_at is null')).length > 0;
  await hub.database.query(
    `update alerting set drill_began_at = now() - interval '59 minutes', drill_cleared_at = now(), drilled_at = now(), drill_took = '9 s'`,
  );
  await beginDrills();
  expect(await isUnderWay()).toBe(false);

  await hub.database.query(`update alerting set drill_began_at = now() - interval '61 minutes'`);
  await beginDrills();
  expect(await isUnderWay()).toBe(true);
  expect(await alerting()).toMatchObject({ drilledAt: expect.any(String), drillSeconds: 9 });
});

test('a channel that does not work is an alert until something gets through', async () => {
  const { setUpSlack } = await hub.ask('mutation ($i: SetUpSlackInput!) { setUpSlack(input: $i) { id } }', {
    i: { name: 'desk', address: slackAddress(), topics: ['VOLUME'] },
  });
  const fails = (since: string): Promise<unknown> =>
    hub.database.query(
      `update notice_channels set failing_since = ${since}, problem = 'It refuses (404 no_service).' where id = $1`,
      [setUpSlack.id],
    );
  await fails(`now() - interval '4 minutes'`);
  await hub.look(1);
  await hub.look(1);
  expect(await ofHouse('CHANNEL_DOWN')).toEqual([]);

  await fails(`now() - interval '6 minutes'`);
  await hub.look(1);
  await hub.look(1);
  expect(await ofHouse('CHANNEL_DOWN')).toMatchObject([
    {
      severity: 'ERROR',
      owner: 'OPERATOR',
      problem: expect.stringContaining('404 no_service'),
      details: { channel: 'desk' },
    },
  ]);
  await fails('null');
  await hub.look(1);
  expect(await ofHouse('CHANNEL_DOWN')).toMatchObject([{ state: 'RESOLVED' }]);
});

test('an endpoint that takes nothing is a warning, and an error when it is disabled for it', async () => {
  const customerId = await newCustomer(hub);
  // Sent nothing of alerts: a message that is taken would end what is pretended here.
  const endpoint = await createEndpoint(hub, { customerId, url: outside.url, types: ['CALLS_IMPORTED'] });
  const set = (change: string): Promise<unknown> =>
    hub.database.query(`update endpoints set ${change} where id = $1`, [endpoint.id]);
  await set(`failing_since = business_now() - interval '2 hours', url = 'https://outside.example?token=s3cret'`);
  await hub.look(1);
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toMatchObject([
    // What stands behind the host may be a password of theirs.
    { kind: 'ENDPOINT_DOWN', severity: 'WARNING', owner: 'CUSTOMER', details: { host: 'outside.example' } },
  ]);

  await set(
    `url = '${outside.url}', state = 'DISABLED', disabled_because = 'It answered 410: it wants no more messages.'`,
  );
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toMatchObject([
    { kind: 'ENDPOINT_DOWN', severity: 'ERROR', problem: expect.stringContaining('410') },
  ]);
  // Whoever disables it by hand knows.
  const update = 'mutation ($i: UpdateEndpointInput!) { updateEndpoint(input: $i) { state } }';
  await hub.ask(update, { i: { id: endpoint.id, enabled: true } });
  await hub.ask(update, { i: { id: endpoint.id, enabled: false } });
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toEqual([]);
});

test('calls that a recount found missing are an alert for a day, and removals that are held for as long as they are', async () => {
  const customerId = await newCustomer(hub);
  await hub.database.query(
    `with connection as (
       insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
       values (gen_random_uuid(), $1, 'gong', 'gaps', 'Gaps', '{}', 'valid', now(), '[]', 'Ada') returning id
     ) insert into syncs (id, customer_id, connection_id, cadence, with_transcripts, history_from, state, next_slot_at, next_at, requested_by, created_at, updated_at)
       select gen_random_uuid(), $1, id, 'DAILY', true, now(), 'PAUSED', '2036-01-01Z', '2036-01-01Z', 'Ada', now(), now() from connection`,
    [customerId],
  );
  const gaps = (kind: string, count: number): Promise<unknown> =>
    hub.database.query(
      `with made as (
         insert into calls (id, customer_id, connection_id, platform, account_id, external_id, medium, started_at, participants, recordings, document)
         select gen_random_uuid(), s.customer_id, s.connection_id, 'gong', 'gaps', gen_random_uuid(), 'phone', business_now() - interval '2 days', '[]', '[]', ''
         from syncs s, generate_series(1, $3) where s.customer_id = $1 returning *
       ) insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
         select gen_random_uuid(), c.customer_id, s.id, c.id, c.external_id, c.started_at, $2, business_now() from made c, syncs s where s.customer_id = $1`,
      [customerId, kind, count],
    );
  const told = async (): Promise<string[]> =>
    (await alertsOf(hub, customerId)).map(({ kind, severity, details }: SeenAlert) =>
      [kind, severity, details.fetched ?? details.held, details.of].join(' '),
    );

  await gaps('FETCHED', 1);
  await hub.look(1);
  expect(await told()).toEqual(['CALLS_MISSING ERROR 1 1']);
  await gaps('HELD', 99);
  await hub.look(1);
  expect((await told()).toSorted()).toEqual(['CALLS_MISSING WARNING 1 100', 'REMOVALS_HELD ERROR 99 100']);
  await gaps('FETCHED', 9);
  await hub.look(1);
  expect((await told()).toSorted()).toEqual(['CALLS_MISSING ERROR 10 109', 'REMOVALS_HELD ERROR 99 109']);

  await hub.look(24 * 60);
  expect(await told()).toEqual(['REMOVALS_HELD ERROR 99 109']);
  await hub.database.query("delete from gaps where kind = 'HELD'");
  await hub.look(1);
  expect(await told()).toEqual([]);
});

test('a platform whose records cannot be read for more than three customers is one page, with a sample that holds no values', async () => {
  const look = async (): Promise<SeenAlert[]> => {
    await hub.look(1);
    await hub.look(1);
    return ofHouse('PLATFORM_CHANGED', ['OPEN', 'RESOLVED']);
  };
  const fails = async (kind: 'record' | 'run'): Promise<void> => {
    const customerId = await newCustomer(hub);
    await hub.database.query(
      `with connection as (
         insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
         values (gen_random_uuid(), $1::uuid, 'grain', $1::uuid::text, 'Changed', '{}', 'valid', now(), '[]', 'Ada') returning id
       ), run as (
         insert into runs (id, customer_id, connection_id, platform, account_id, owner_id, window_from, window_to, with_transcripts, status, finished_at, error)
         select gen_random_uuid(), $1::uuid, id, 'grain', $1::uuid::text, gen_random_uuid(), now(), now(), true, 'FAILED', business_now(),
           case when $2::text = 'run' then '{"code": "PLATFORM_CHANGED", "message": "The list is not there."}'::jsonb end from connection returning id
       ) insert into unusable_records (id, run_id, customer_id, external_id, stage, code, reason, shape, seen_at)
         select gen_random_uuid(), id, $1::uuid, 'x', 'call', 'PLATFORM_CHANGED', 'The start of the call is not a time.', '{"started": "number"}', business_now()
         from run where $2::text = 'record'`,
      [customerId, kind],
    );
  };
  for (const kind of ['record', 'record', 'run'] as const) await fails(kind);
  expect(await look()).toEqual([]);
  await fails('record');
  expect(await look()).toMatchObject([
    {
      ...{ state: 'OPEN', severity: 'PAGE', owner: 'US', customerId: null },
      details: { customers: 4, sample: { started: 'number' }, reason: expect.any(String) },
    },
  ]);

  await hub.look(61);
  expect(await look()).toMatchObject([{ state: 'RESOLVED' }]);
});

test('a platform that no longer tells of calls is a warning, mended by itself, an error when that has not helped, and over when it is heard', async () => {
  const customerId = await newCustomer(hub);
  const hookId = crypto.randomUUID();
  await hub.database.query(
    `with connection as (
       insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
       values (gen_random_uuid(), $1, 'ringcentral', 'silent', 'Silent', '{}', 'valid', now(), '[]', 'Ada') returning id
     ), sync as (
       insert into syncs (id, customer_id, connection_id, cadence, with_transcripts, history_from, state, next_slot_at, next_at, requested_by, created_at, updated_at)
       select gen_random_uuid(), $1, id, 'REAL_TIME', true, now(), 'ACTIVE', '2036-01-01Z', '2036-01-01Z', 'Ada', now(), now() from connection
     ) insert into hooks (id, platform, customer_id, connection_id, alive_since, heard_at, next_at)
       select $2, 'ringcentral', $1, id, business_now() - interval '2 days', business_now() - interval '2 hours', '2036-01-01Z' from connection`,
    [customerId, hookId],
  );
  const set = (change: string): Promise<unknown> =>
    hub.database.query(`update hooks set ${change} where id = $1`, [hookId]);
  const look = async (): Promise<SeenAlert[]> => {
    await hub.look(1);
    await hub.look(1);
    return alertsOf(hub, customerId);
  };
  expect(await look()).toEqual([]);
  await set('silent_polls = 1');
  expect(await look()).toMatchObject([
    { kind: 'WEBHOOK_SILENT', severity: 'WARNING', owner: 'PLATFORM', details: { account: 'Silent', silentPolls: 1 } },
  ]);
  await set('silent_polls = 0, heard_at = business_now(), mended_at = business_now()');
  expect(await look()).toMatchObject([
    { severity: 'WARNING', problem: expect.stringContaining('has been subscribed to anew, and has told nothing yet') },
  ]);
  await set('silent_polls = 3');
  expect(await look()).toMatchObject([
    { severity: 'ERROR', problem: expect.stringContaining('though it was subscribed to anew: 3 polls') },
  ]);
  await set('silent_polls = 0, heard_at = business_now()');
  expect(await look()).toEqual([]);
  const kinds = await hub.database.query<{ kind: string }>(
    "select details ->> 'severity' as kind from facts where customer_id = $1 and kind = 'alert.opened' order by number",
    [customerId],
  );
  expect(kinds.map(({ kind }) => kind)).toEqual(['WARNING', 'WARNING', 'ERROR']);

  // Of a connection that is to be renewed anyway nothing is said; nor of what people have mended a day ago.
  await set("silent_polls = 2, mended_at = business_now() - interval '2 days'");
  await hub.database.query("update connections set credential_health = 'disconnected' where customer_id = $1", [
    customerId,
  ]);
  expect(await look()).toEqual([]);
});

test('many platforms that fall silent at once are one page', async () => {
  const customerId = await newCustomer(hub);
  await hub.database.query(
    `with made as (
       insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
       select gen_random_uuid(), $1, 'fathom', 'silent-' || i, 'Silent', '{}', 'valid', now(), '[]', 'Ada' from generate_series(1, 6) i returning id
     ), sync as (
       insert into syncs (id, customer_id, connection_id, cadence, with_transcripts, history_from, state, next_slot_at, next_at, requested_by, created_at, updated_at)
       select gen_random_uuid(), $1, id, 'REAL_TIME', true, now(), 'ACTIVE', '2036-01-01Z', '2036-01-01Z', 'Ada', now(), now() from made
     ) insert into hooks (id, platform, customer_id, connection_id, alive_since, heard_at, silent_polls, next_at)
       select gen_random_uuid(), 'fathom', $1, id, business_now() - interval '2 days', business_now() - interval '5 minutes', 1, '2036-01-01Z' from made`,
    [customerId],
  );
  await hub.look(1);
  await hub.look(1);
  const [page] = await ofHouse('MANY_CONNECTIONS', ['OPEN']);
  expect(page).toMatchObject({ severity: 'PAGE', details: { connections: 6 } });
  expect((await alertsOf(hub, customerId)).every(({ partOf }) => partOf !== null)).toBe(true);
  await hub.database.query('update hooks set silent_polls = 0');
  await hub.look(1);
  expect(await ofHouse('MANY_CONNECTIONS', ['OPEN'])).toEqual([]);
});

test('a platform that people have set up is not called silent while the sync is paused that would poll it', async () => {
  const customerId = await newCustomer(hub);
  await hub.database.query(
    `with connection as (
       insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
       values (gen_random_uuid(), $1, 'gong', 'paused', 'Paused', '{}', 'valid', now(), '[]', 'Ada') returning id
     ), sync as (
       insert into syncs (id, customer_id, connection_id, cadence, with_transcripts, history_from, state, next_slot_at, next_at, requested_by, created_at, updated_at)
       select gen_random_uuid(), $1, id, 'REAL_TIME', true, now(), 'ACTIVE', '2036-01-01Z', '2036-01-01Z', 'Ada', now(), now() from connection
     ) insert into hooks (id, platform, customer_id, connection_id, alive_since, heard_at, silent_polls, next_at)
       select gen_random_uuid(), 'gong', $1, id, business_now() - interval '2 days', business_now() - interval '2 hours', 3, '2036-01-01Z' from connection`,
    [customerId],
  );
  await hub.look(1);
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toMatchObject([{ kind: 'WEBHOOK_SILENT', severity: 'ERROR' }]);
  await hub.database.query("update syncs set state = 'PAUSED' where customer_id = $1", [customerId]);
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toEqual([]);
});

test('events that cannot be verified are counted by the hour: a warning from 21 on, an error from 201', async () => {
  const hookId = crypto.randomUUID();
  await hub.database.query("insert into hooks (id, platform, next_at) values ($1, 'zoom-phone', '2036-01-01Z')", [
    hookId,
  ]);
  const url = `${hub.url}${hookPath(hub.house.keyring, hookId)}`;
  const forge = (count: number): Promise<number[]> =>
    Promise.all(Array.from({ length: count }, async () => (await fetch(url, { method: 'POST', body: '{}' })).status));
  const refused = async (): Promise<number> =>
    (await hub.database.query<{ refused: number }>('select refused from hooks where id = $1', [hookId]))[0]?.refused ??
    0;
  await hub.at('2027-06-01T10:01:00Z');
  expect(new Set(await forge(20))).toEqual(new Set([401]));
  await until('they are counted', async () => (await refused()) === 20);
  await hub.look();
  expect(await ofHouse('WEBHOOK_REFUSED')).toEqual([]);
  await forge(1);
  await until('it is counted', async () => (await refused()) === 21);
  await hub.look();
  expect(await ofHouse('WEBHOOK_REFUSED')).toMatchObject([
    {
      severity: 'WARNING',
      owner: 'OPERATOR',
      state: 'OPEN',
      problem: expect.stringContaining('21 events for Zoom Phone'),
    },
  ]);
  await hub.database.query('update hooks set refused = 201 where id = $1', [hookId]);
  await hub.look();
  expect(await ofHouse('WEBHOOK_REFUSED')).toMatchObject([{ severity: 'ERROR' }]);

  // An hour later as much of it counts as lies within sixty minutes.
  await hub.at('2027-06-01T11:45:00Z');
  expect(await ofHouse('WEBHOOK_REFUSED')).toMatchObject([{ severity: 'WARNING', details: { anHour: 50 } }]);
  await forge(1);
  await until('the new hour is counted', async () => (await refused()) === 1);
  await hub.look();
  expect(await ofHouse('WEBHOOK_REFUSED')).toMatchObject([{ details: { anHour: 51 } }]);
  await hub.at('2027-06-01T12:59:00Z');
  expect(await ofHouse('WEBHOOK_REFUSED')).toMatchObject([{ state: 'RESOLVED' }]);
});

test('new words and empty fields of a platform are one alert for it, and cost no call', async () => {
  const open = async () => {
    await hub.look(1);
    await hub.look(1);
    const found = await ofHouse('PLATFORM_CHANGED', ['OPEN']);
    return found.map(({ severity, details }: SeenAlert) => ({ severity, details }));
  };
  const customers: { account: GongAccount; connectionId: string; customerId: string }[] = [];
  for (const account of [await accounts.open({ calls: 200 }), await accounts.open({ calls: 200 })])
    customers.push({ account, ...(await connectedCustomer(hub, account)) });
  const cut = (account: GongAccount): string => {
    const [from, to] = [Date.parse(account.window.from), Date.parse(account.window.to)];
    return new Date(from + 0.6 * (to - from)).toISOString();
  };
  const importAll = async (part: 'older' | 'newer', tamper?: Tamper): Promise<number> => {
    let stored = 0;
    for (const { account, connectionId } of customers) {
      const { from, to } = account.window;
      const window = part === 'older' ? { from, to: cut(account) } : { from: cut(account), to };
      account.tamper = tamper;
      const end = (await watchToEnd(hub, await startImport(hub, { window }, connectionId))).at(-1);
      expect(end).toMatchObject({ status: 'COMPLETED', unusable: 0 });
      stored += end.stored;
    }
    return stored;
  };

  await importAll('older');
  expect(await open()).toEqual([]);

  let called = 0;
  const newer = await importAll('newer', (path, reply) => {
    if (path !== '/v2/calls/extensive') return reply;
    for (const { metaData, parties } of reply.calls) {
      delete metaData.duration;
      if (metaData.direction === 'Inbound') {
        metaData.direction = 'Callback';
        called += 1;
      }
      for (const party of parties) party.affiliation = 'As Ada said';
    }
    return reply;
  });
  expect(called).toBeGreaterThan(0);
  const word = { field: 'metaData.direction', word: 'Callback', connections: 2, calls: called };
  const noWord = { field: 'parties.affiliation', word: null, connections: 2 };
  const details = {
    vanished: [{ field: 'durationSeconds', calls: newer, connections: 2, percentBefore: 100 }],
    newWords: [word, expect.objectContaining(noWord)],
  };
  expect(await open()).toEqual([{ severity: 'ERROR', details }]);
  expect(JSON.stringify(await hub.database.query('select * from new_words'))).not.toContain('Ada');
  const { calls } = await hub.ask(
    'query ($c: ID!, $from: DateTime!) { calls(customerId: $c, filter: { from: $from }, first: 100) { nodes { direction durationSeconds } } }',
    { c: customers[0]?.customerId, from: cut(customers[0]?.account as GongAccount) },
  );
  expect(calls.nodes).toContainEqual({ direction: null, durationSeconds: null });

  await importAll('newer');
  expect(await open()).toEqual([{ severity: 'WARNING', details: { newWords: details.newWords } }]);
  await hub.look(8 * 24 * 60);
  expect(await open()).toEqual([]);
});

test('a field that a few of many connections lack is no change of their platform; that more is lost is told anew, and again after it was settled', async () => {
  const customerId = await newCustomer(hub);
  await hub.database.query(
    `insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
     select gen_random_uuid(), $1, 'grain', 'field-' || i, 'Grain', '{}', 'valid', now(), '[]', 'Ada' from generate_series(1, 40) i`,
    [customerId],
  );
  /** So many of the forty have not had the field for so many days. */
  const lose = (field: string, days: number, least: number, most: number): Promise<unknown> =>
    hub.database.query(
      `insert into field_shares (customer_id, connection_id, platform, field, calls, filled, last_filled_at, empty_since_then, counted_at)
       select $1, n.id, 'grain', $2, 1000, case when is_lost then 970 else 1000 end, at, case when is_lost then 30 else 0 end, business_now()
       from connections n, lateral (select substr(account_id, 7)::integer between $4::integer and $5::integer as is_lost) l,
       lateral (select business_now() - case when is_lost then $3::integer else 0 end * interval '1 day' as at) a where customer_id = $1
       on conflict (connection_id, field) do update set filled = excluded.filled, last_filled_at = excluded.last_filled_at,
         empty_since_then = excluded.empty_since_then, counted_at = excluded.counted_at where excluded.empty_since_then > 0`,
      [customerId, field, days, least, most],
    );
  const open = async (): Promise<SeenAlert[]> => {
    await hub.look(1);
    await hub.look(1);
    const { alerts } = await hub.ask(
      '{ alerts(kinds: [PLATFORM_CHANGED], states: [OPEN]) { nodes { id platform severity problem toldAt details } } }',
    );
    return alerts.nodes.filter(({ platform }: SeenAlert) => platform === 'grain');
  };

  await lose('recordings', 60, 1, 7);
  expect(await open()).toEqual([]);
  // Whoever lost it a month later did so for reasons of their own.
  await lose('recordings', 30, 8, 8);
  expect(await open()).toEqual([]);
  await lose('recordings', 59, 8, 8);
  const [first] = await open();
  expect(first).toMatchObject({
    severity: 'ERROR',
    details: { vanished: [{ field: 'recordings', calls: 240, connections: 8, percentBefore: 100 }] },
  });
  expect(await open()).toEqual([first]);
  await lose('title', 2, 11, 20);
  const [second] = await open();
  expect(second.problem).toContain('`recordings`, `title`');
  expect(second.toldAt > first.toldAt).toBe(true);

  await hub.ask('mutation ($id: ID!) { resolveAlert(id: $id) { id } }', { id: second.id });
  expect(await open()).toEqual([]);
  await lose('recordings', 1, 9, 40);
  expect(await open()).toMatchObject([
    { details: { vanished: [{ field: 'recordings', connections: 32 }, { field: 'title' }] } },
  ]);
  await hub.database.query('delete from field_shares where customer_id = $1', [customerId]);
  await hub.look(1);
  await hub.look(31);
  expect(await open()).toEqual([]);
});
