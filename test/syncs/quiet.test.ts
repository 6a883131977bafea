import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openClaims } from '../../src/infra/claims.js';
import { openLog } from '../../src/infra/log.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { createSync, readSync, type SeenSync, setTime, startTime, steerSync, whenTurned } from '../kit/syncs.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';

const hourMs = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

let sandbox: GongSandbox;
let hub: TestHub;
let id: string;
/** The sync after its first turn. */
let first: SeenSync;
/** A little after the next one is due. */
let next: number;

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 30, from: ago(3), to: ago(0.5), late: [4, 5] });
  hub = await testHub(sandbox.env);
});
beforeEach(async () => {
  await setTime(hub, Date.now());
  const { connectionId } = await connectedCustomer(hub, sandbox);
  ({ id } = await createSync(hub, { connectionId, schedule: { cadence: 'HOURLY' } }));
  first = await whenTurned(hub, id, 1);
  next = Date.parse(first.nextAt) + 1_000;
  sandbox.resetLedger();
});
afterEach(async () => {
  sandbox.setFaults({ latencyMs: 0 });
  await steerSync(hub, 'deleteSync', id);
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

/** Writes down which tables each transaction changes rows of: in the hub's own schema and in that of the jobs. */
async function watchWrites(): Promise<void> {
  await hub.database.query(`
    create table written (by xid8, what text, primary key (by, what));
    create function note_write() returns trigger language plpgsql security definer set search_path from current as $$
    begin insert into written values (pg_current_xact_id(), tg_table_schema || '.' || tg_table_name) on conflict do nothing; return null; end $$;
    do $$ declare t record; begin
      for t in select schemaname, tablename from pg_tables where schemaname in ('public', 'jobs') and tablename <> 'written' loop
        execute format('create trigger noted after insert or update or delete on %I.%I for each row execute function note_write()', t.schemaname, t.tablename);
      end loop;
    end $$`);
}

/** What each transaction has changed, in order. */
async function writes(): Promise<string[]> {
  const rows = await hub.database.query<{ what: string }>(
    `select string_agg(replace(what, 'public.', ''), ' ' order by what) as what from written group by by order by by`,
  );
  return rows.map(({ what }) => what);
}

test('a turn with nothing new is one request and one write, besides leave for the request', async () => {
  await until('the job is gone', async () => (await hub.database.query('select 1 from jobs.agenda_jobs')).length === 0);
  await watchWrites();

  await setTime(hub, next);
  const { turns, freshAsOf } = await whenTurned(hub, id, 2);

  expect(turns.nodes[0]).toMatchObject({
    kind: 'SCHEDULED',
    status: 'COMPLETED',
    requests: 1,
    stored: 0,
    skipped: false,
  });
  expect(freshAsOf).toBe(turns.nodes[0].to);
  expect(Date.parse(freshAsOf)).toBe(next);
  expect(sandbox.ledger().map(({ path }) => path)).toEqual(['/v2/calls/extensive']);
  // Leave is counted for each request, whoever sends it. What was told of before finds its place in the feed.
  const others = /^(quota_\w+( quota_\w+)*|change_feed changes)$/;
  expect((await writes()).filter(what => !others.test(what))).toEqual(['runs sync_slots syncs']);
});

test('a turn that finds something asks for no list twice', async () => {
  sandbox.reveal();

  await startTime(hub, next);
  const { turns, callsImported } = await whenTurned(hub, id, 2);

  expect(callsImported).toBe(30);
  expect(turns.nodes[0]).toMatchObject({ status: 'COMPLETED', requests: 2, added: 2 });
  expect(sandbox.ledger().map(({ path }) => path)).toEqual(['/v2/calls/extensive', '/v2/calls/transcript']);
});

test('what somebody changes while the platform is asked is not written over', async () => {
  sandbox.setFaults({ latencyMs: 1_500 });

  await setTime(hub, next);
  await until('the request', () => sandbox.ledger().length === 1);
  const document = 'mutation ($id: ID!) { pauseSync(id: $id) { state } }';
  await hub.ask(document, { id });
  await until('it is over', async () => {
    const rows = await hub.database.query("select 1 from pg_locks where locktype = 'advisory' and classid = 7203");
    return rows.length === 0;
  });

  const sync = await readSync(hub, id);
  expect(sync).toMatchObject({ state: 'PAUSED', nextAt: null });
  expect(sync.turns.nodes).toHaveLength(1);
});

test('two workers glance at a sync once, and write its turn once', async () => {
  const another = await openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'worker' }), { log: openLog('silent') });
  try {
    // Longer than both look for what is due.
    sandbox.setFaults({ latencyMs: 2_500 });
    await setTime(hub, next);
    const { turns } = await whenTurned(hub, id, 2);
    expect(turns.nodes.map(({ skipped }: { skipped: boolean }) => skipped)).toEqual([false, false]);
    expect(sandbox.ledger()).toHaveLength(1);
  } finally {
    await another.close();
  }
});

test('what a process has claimed that does no more is begun by others, a little later', async () => {
  const frozen = openClaims(hub.database.url);
  try {
    expect(await frozen.take([id])).toEqual([id]);
    await setTime(hub, next + 60_000);
    expect((await whenTurned(hub, id, 2)).turns.nodes[0]).toMatchObject({ status: 'COMPLETED', skipped: false });
  } finally {
    await frozen.close();
  }
});

test('turns begin when nothing can be claimed', async () => {
  const rename = (from: string, to: string) =>
    hub.database.query(`alter function pg_catalog.${from} (integer, integer) rename to ${to}`);
  await rename('pg_try_advisory_lock', 'not_now');
  try {
    await setTime(hub, next);
    expect((await whenTurned(hub, id, 2)).turns.nodes[0]).toMatchObject({ status: 'COMPLETED', skipped: false });
  } finally {
    await rename('not_now', 'pg_try_advisory_lock');
  }
});
