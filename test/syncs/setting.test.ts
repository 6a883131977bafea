import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { createSync, setTime, steerSync, whenTurned } from '../kit/syncs.js';
import { connectedCustomer } from '../kit/trip.js';

let sandbox: GongSandbox;
let hub: TestHub;
let customerId: string;
let connectionId: string;

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 40 });
  hub = await testHub(sandbox.env);
  ({ customerId, connectionId } = await connectedCustomer(hub, sandbox));
  await setTime(hub, Date.now());
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

const document =
  'mutation ($input: CreateSyncInput!, $key: String) { createSync(input: $input, idempotencyKey: $key) { id } }';
const refusal = async (of: TestHub, input: object) => (await of.refused(document, { input })).extensions;
const refusedFor = (input: object) => refusal(hub, { connectionId, ...input });

test.each([
  [{ cadence: 'CRON', cron: '61 * * * *' }, 'cron'],
  [{ cadence: 'CRON', cron: '* * * * * *' }, 'cron'],
  [{ cadence: 'CRON', cron: '0 0 31 2 *' }, 'cron'],
  [{ cadence: 'CRON' }, 'cron'],
  [{ cadence: 'CRON', cron: '@hourly' }, 'cron'],
  [{ cadence: 'CRON', cron: '0 6 * * *', timeZone: '+02:00' }, 'timeZone'],
  [{ cadence: 'CRON', cron: '0 6 * * *', timeZone: 'Mars/Olympus' }, 'timeZone'],
  [{ cadence: 'DAILY' }, 'at'],
  [{ cadence: 'DAILY', at: '24:00' }, 'at'],
  [{ cadence: 'NIGHT', from: 'dusk' }, 'from'],
  [{ cadence: 'HOURLY', cron: '0 6 * * *' }, 'cron'],
])('the schedule %j is refused by its field', async (schedule, field) => {
  expect(await refusedFor({ schedule })).toMatchObject({
    ...{ code: 'INVALID_SCHEDULE', field: `input.schedule.${field}`, remedy: expect.any(String) },
  });
});

test('a history in the future and a length that no call has are refused', async () => {
  const schedule = { cadence: 'HOURLY' };
  const future = await refusedFor({ schedule, historyFrom: '2096-01-01T00:00:00Z' });
  expect(future).toMatchObject({ code: 'INVALID_WINDOW', field: 'input.historyFrom' });
  const ancient = await refusedFor({ schedule, historyFrom: '0001-01-01T00:00:00Z' });
  expect(ancient).toMatchObject({ code: 'INVALID_WINDOW', field: 'input.historyFrom' });
  const length = await refusedFor({ schedule, filter: { minDurationSeconds: 0 } });
  expect(length).toMatchObject({ code: 'INVALID_INPUT', field: 'input.filter.minDurationSeconds' });
  const users = await refusedFor({ schedule, filter: { users: [] } });
  expect(users).toMatchObject({ code: 'INVALID_INPUT', field: 'input.filter.users' });
  const nobody = await refusedFor({ schedule, filter: { users: ['not an address'] } });
  expect(nobody).toMatchObject({ code: 'INVALID_INPUT', field: 'input.filter.users' });
});

test('the history comes first, and only calls that the filter lets through', async () => {
  const filter = { medium: 'MEETING', minDurationSeconds: 600 };
  const input = { connectionId, historyFrom: sandbox.window.from, filter };
  const { id } = await createSync(hub, { ...input, schedule: { cadence: 'NIGHT', timeZone: 'Europe/Berlin' } });
  const { callsImported } = await whenTurned(hub, id, 1);
  const held = await hub.database.query<{ medium: string; seconds: number }>(
    'select medium, duration_seconds as seconds from calls where customer_id = $1',
    [customerId],
  );
  expect(callsImported).toBe(held.length);
  expect(held.length).toBeGreaterThan(0);
  expect(held.every(({ medium, seconds }) => medium === 'meeting' && seconds >= 600)).toBe(true);

  const again = { connectionId, schedule: { cadence: 'HOURLY' }, filter };
  expect(await refusal(hub, again)).toMatchObject({ code: 'CONFLICT', field: 'input.filter' });
  await steerSync(hub, 'deleteSync', id);
});

test('only calls of the users that were asked for are brought', async () => {
  const own = await connectedCustomer(hub, sandbox);
  const what = { connectionId: own.connectionId, historyFrom: sandbox.window.from, schedule: { cadence: 'HOURLY' } };
  const everything = await createSync(hub, what);
  await whenTurned(hub, everything.id, 1);
  const [{ email, n } = { email: '', n: 0 }] = await hub.database.query<{ email: string; n: number }>(
    `select p->>'email' as email, count(distinct id)::int as n from calls, jsonb_array_elements(participants) p
     where customer_id = $1 and p->>'email' is not null group by 1 order by 2, 1 limit 1`,
    [own.customerId],
  );
  await hub.database.query('delete from calls where customer_id = $1', [own.customerId]);

  const { id } = await createSync(hub, { ...what, filter: { users: [email.toUpperCase()] } });

  expect((await whenTurned(hub, id, 1)).callsImported).toBe(n);
});

test('a sync is set up once for an idempotency key, can be changed, and is in the audit trail', async () => {
  const input = { connectionId, schedule: { cadence: 'DAILY', at: '06:30', timeZone: 'America/New_York' } };
  const [one, other] = [
    await hub.ask(document, { input, key: 'once' }),
    await hub.ask(document, { input, key: 'once' }),
  ];
  expect(one.createSync.id).toBe(other.createSync.id);
  const { id } = one.createSync;

  const { updateSync } = await hub.ask(
    `mutation ($input: UpdateSyncInput!) { updateSync(input: $input) { cadence cron dailyAt timeZone direction withTranscripts nextAt } }`,
    {
      input: {
        id,
        schedule: { cadence: 'CRON', cron: '0 6 * * 1' },
        filter: { direction: 'INBOUND' },
        withTranscripts: false,
      },
    },
  );
  expect(updateSync).toMatchObject({ cadence: 'CRON', cron: '0 6 * * 1', dailyAt: null, timeZone: 'UTC' });
  expect(updateSync).toMatchObject({ direction: 'INBOUND', withTranscripts: false });
  expect(new Date(updateSync.nextAt).getUTCDay()).toBe(1);

  const update = 'mutation ($input: UpdateSyncInput!) { updateSync(input: $input) { direction } }';
  expect((await hub.ask(update, { input: { id, filter: null } })).updateSync).toEqual({ direction: null });
  const never = await hub.refused(update, { input: { id, schedule: null } });
  expect(never.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.schedule' });
  for (const verb of ['confirmRemovals', 'cancelReread']) {
    const { extensions } = await hub.refused(`mutation ($id: ID!) { ${verb}(id: $id) { id } }`, { id });
    expect(extensions).toMatchObject({ code: 'CONFLICT', field: 'id', remedy: expect.any(String) });
  }

  await steerSync(hub, 'pauseSync', id);
  const { syncs } = await hub.ask('query ($id: ID!) { syncs(connectionId: $id, state: PAUSED) { nodes { id } } }', {
    id: connectionId,
  });
  expect(syncs.nodes).toEqual([{ id }]);
  await steerSync(hub, 'deleteSync', id);
  const { auditEntries } = await hub.ask(
    'query ($customerId: ID) { auditEntries(customerId: $customerId, first: 50) { nodes { act target } } }',
    { customerId },
  );
  const acts = auditEntries.nodes.filter(({ target }: { target: string }) => target === `sync ${id}`);
  expect(acts.map(({ act }: { act: string }) => act)).toEqual([
    ...['sync.deleted', 'sync.paused', 'sync.changed', 'sync.changed', 'sync.created'],
  ]);
});

test('a cadence that the limits of the platform do not allow is refused with the fastest that they do', async () => {
  const narrow = await testHub({ ...sandbox.env, PLATFORM_GONG_LIMITS: '3/1s,100/86400s' });
  try {
    const { connectionId: own } = await connectedCustomer(narrow, sandbox);
    const input = { connectionId: own, schedule: { cadence: 'EVERY_MINUTE' } };
    expect(await refusal(narrow, input)).toMatchObject({
      ...{ code: 'INVALID_SCHEDULE', field: 'input.schedule.cadence', remedy: expect.stringContaining('29 minutes') },
    });
  } finally {
    await narrow.close();
  }
});

test('a connection that must be renewed gets no sync', async () => {
  await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: connectionId });
  expect(await refusedFor({ schedule: { cadence: 'HOURLY' } })).toMatchObject({ code: 'CONNECTION_NOT_READY' });
});
