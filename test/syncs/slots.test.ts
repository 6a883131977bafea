import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { startHubProcess } from '../kit/processes.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { createSync, setTime, whenTurned } from '../kit/syncs.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';

const hourMs = 3_600_000;

let sandbox: GongSandbox;
let hub: TestHub;
let connectionId: string;
let another: Hub | undefined;
/** Business time at first. */
let start: number;

async function open(env: Readonly<Record<string, string>> = {}): Promise<void> {
  hub = await testHub({ ...sandbox.env, ...env });
  ({ connectionId } = await connectedCustomer(hub, sandbox));
  start = Date.now();
  await setTime(hub, start);
}

beforeEach(async () => {
  sandbox = await startGongSandbox({ calls: 5 });
});
afterEach(async () => {
  await another?.close();
  another = undefined;
  await hub.close();
  await sandbox.close();
});

/** Scheduled turns by sync, each with how many runs it has. */
function slots(): Promise<{ sync_id: string; slot_at: Date; runs: number }[]> {
  return hub.database.query(
    `select s.sync_id, s.slot_at, count(r.id)::integer as runs from sync_slots s left join runs r on r.owner_id = s.id
     where s.kind = 'SCHEDULED' group by s.id order by s.slot_at, s.sync_id`,
  );
}

/** Syncs of one connection, told apart by what they leave out. */
async function createSyncs(schedules: readonly object[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [i, schedule] of schedules.entries()) {
    ids.push((await createSync(hub, { connectionId, schedule, filter: { minDurationSeconds: i + 1 } })).id);
  }
  await atRest();
  return ids;
}

function atRest(slotsWanted = 0): Promise<unknown> {
  return until(`${slotsWanted} turns, and all runs at rest`, async () => {
    const [row] = await hub.database.query<{ slots: number; busy: number }>(
      `select (select count(*)::integer from sync_slots where kind = 'SCHEDULED') as slots,
         (select count(*)::integer from runs where finished_at is null) as busy`,
    );
    return row?.slots === slotsWanted && row.busy === 0;
  });
}

test('two workers begin every turn once', async () => {
  await open();
  another = await openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'worker' }), { log: openLog('silent') });
  await createSyncs(Array.from({ length: 12 }, () => ({ cadence: 'HOURLY' })));

  for (const hours of [1, 2, 3]) {
    await setTime(hub, start + hours * hourMs);
    await atRest(12 * hours);
  }

  expect((await slots()).every(({ runs }) => runs === 1)).toBe(true);
});

test.each([
  // After a turn that did not end well the next one is not only glanced at.
  ['before anybody was woken', 'before wake', 'CANCELLED'],
  ['when the platform has answered that nothing is new', 'after listing reply', 'COMPLETED'],
])('a turn whose worker dies %s is worked off by the next one, once', async (_, point, status) => {
  await open({ PATCHBAY_ROLE: 'api' });
  const env = { ...hub.env, PATCHBAY_ROLE: 'worker' };
  const first = await startHubProcess(env);
  const { id } = await createSync(hub, { connectionId, schedule: { cadence: 'HOURLY' } });
  await whenTurned(hub, id, 1);
  first.kill();
  await first.ended;
  await hub.database.query('update runs set status = $1', [status]);

  const dying = await startHubProcess(env, point);
  await setTime(hub, start + hourMs);
  await dying.ended;
  const last = await startHubProcess(env);
  try {
    const { turns } = await whenTurned(hub, id, 2);
    expect(turns.nodes.map(({ skipped }: { skipped: boolean }) => skipped)).toEqual([false, false]);
    expect((await slots()).map(({ runs }) => runs)).toEqual([1]);
  } finally {
    last.kill();
    await last.ended;
  }
});

test('another schedule never names a moment again that had its turn', async () => {
  await open();
  const hour = Math.ceil(start / hourMs) * hourMs;
  const [id] = await createSyncs([{ cadence: 'CRON', cron: '0 * * * *' }]);
  await setTime(hub, hour + 60_000);
  await atRest(1);
  const input = { id, schedule: { cadence: 'HOURLY' } };
  await hub.ask('mutation ($input: UpdateSyncInput!) { updateSync(input: $input) { id } }', { input });

  await setTime(hub, hour + 2 * hourMs);
  await atRest(2);

  const [first, second] = await slots();
  expect(first?.slot_at.getTime()).toBe(hour);
  expect(second?.slot_at.getTime()).toBe(hour + hourMs);
});

/** Zones whose clocks change in the same nights, each with a local time in the hour that is skipped or comes twice. */
const zones = [
  ['Atlantic/Azores', '00:30', '2026-03-29T01:00:00.000Z', '2026-10-25T00:30:00.000Z'],
  ['Europe/London', '01:30', '2026-03-29T01:00:00.000Z', '2026-10-25T00:30:00.000Z'],
  ['Europe/Lisbon', '01:30', '2026-03-29T01:00:00.000Z', '2026-10-25T00:30:00.000Z'],
  ['Europe/Berlin', '02:30', '2026-03-29T01:00:00.000Z', '2026-10-25T00:30:00.000Z'],
  ['Europe/Athens', '03:30', '2026-03-29T01:00:00.000Z', '2026-10-25T00:30:00.000Z'],
  ['Europe/Helsinki', '03:30', '2026-03-29T01:00:00.000Z', '2026-10-25T00:30:00.000Z'],
] as const;

describe.each([
  ['forward', '2026-03-28T12:00:00Z', 2],
  ['back', '2026-10-24T12:00:00Z', 3],
] as const)('where clocks are set %s', (_way, noon, column) => {
  test('every sync has one turn in each of two nights, with one run', async () => {
    await open();
    await setTime(hub, noon);
    const ids = await createSyncs(zones.map(([timeZone, at]) => ({ cadence: 'DAILY', at, timeZone })));

    for (const days of [1, 2]) {
      await setTime(hub, Date.parse(noon) + days * 24 * hourMs);
      await atRest(zones.length * days);
    }

    const found = await slots();
    expect(found.every(({ runs }) => runs === 1)).toBe(true);
    for (const [i, id] of ids.entries()) {
      const [night, ...others] = found.filter(({ sync_id }) => sync_id === id);
      expect(night?.slot_at.toISOString()).toBe(zones[i]?.[column]);
      expect(others).toHaveLength(1);
    }
  });
});

test('a sync that cannot be begun holds up no other, and goes on with its next turn', async () => {
  await open();
  const stuck = await createSync(hub, { connectionId, schedule: { cadence: 'HOURLY' } });
  await whenTurned(hub, stuck.id, 1);
  const { connectionId: second } = await connectedCustomer(hub, sandbox);
  const other = await createSync(hub, { connectionId: second, schedule: { cadence: 'HOURLY' } });
  await whenTurned(hub, other.id, 1);
  // Something that nobody has foreseen: its slot is taken already.
  await hub.database.query(
    `insert into sync_slots select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'kind', 'SCHEDULED', 'slot_at', s.next_slot_at))).*
     from sync_slots t join syncs s on s.id = t.sync_id where s.id = $1`,
    [stuck.id],
  );

  await setTime(hub, start + 1.01 * hourMs);

  await whenTurned(hub, other.id, 2);
  const later = await until('the next turn', async () => {
    const { sync } = await hub.ask('query ($id: ID!) { sync(id: $id) { nextAt } }', { id: stuck.id });
    return Date.parse(sync.nextAt) > start + 1.01 * hourMs && sync;
  });
  expect(Date.parse(later.nextAt)).toBeLessThanOrEqual(start + 3 * hourMs);
});
