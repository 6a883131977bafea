import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer } from '../kit/trip.js';
import { startHubProcesses } from './hub-processes.js';

const syncs = 1_000;
const minuteMs = 60_000;

interface Figures {
  /** Begun, and taken up by a worker. */
  readonly begun: number;
  readonly turns: number;
  /** From when it was due to when its run was there. */
  readonly begunP99: number;
  readonly doubled: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  readonly requests: number;
}

test(`${syncs} syncs that are due in one minute start within 5 seconds, none twice, with two workers`, async () => {
  const sandbox = await startGongSandbox({ calls: 20, from: ago(3), to: ago(1) });
  const hub = await startHubProcesses(2, { ...sandbox.env, PLATFORM_GONG_LIMITS: 'off' });
  try {
    const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
    // Told apart by what they leave out, which is nothing; all that they look at is known to be covered.
    await hub.database.query(
      `insert into syncs (id, customer_id, connection_id, cadence, min_duration_seconds, with_transcripts, history_from, state, next_slot_at,
         next_at, covered_to, thorough_at, requested_by, created_at, updated_at)
       select gen_random_uuid(), $1, $2, 'EVERY_MINUTE', n, true, now() - interval '1 day', 'ACTIVE', now() - interval '1 day',
         now() + interval '3 seconds' + n * interval '1 minute' / $3, now(), now(), 'a bench', now(), now()
       from generate_series(1, $3::integer) n`,
      [customerId, connectionId, syncs],
    );
    await pause(minuteMs + 8_000);
    const [figures] = await hub.database.query<Figures>(question);
    if (figures === undefined) throw new Error('The database did not answer.');
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(figures.doubled).toBe(0);
    expect(figures.turns).toBe(syncs);
    expect(figures.most).toBeLessThanOrEqual(5);
  } finally {
    await hub.end();
    await sandbox.close();
  }
});

function ago(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString();
}

/** Of each sync's first turn: from when it was due to when a worker had taken its run up, in seconds. */
const question = `
with first as (
  select distinct on (s.sync_id) s.sync_id, extract(epoch from r.started_at - s.due_at)::float8 as late, r.requests
  from sync_slots s join runs r on r.id = s.run_id where r.started_at is not null order by s.sync_id, s.slot_at
)
select count(*)::integer as turns, (select count(distinct sync_id)::integer from sync_slots) as begun,
  (select percentile_cont(0.99) within group (order by extract(epoch from fired_at - due_at)::float8) from sync_slots) as "begunP99", percentile_cont(0.5) within group (order by late) as p50,
  percentile_cont(0.99) within group (order by late) as p99, max(late) as most, max(requests) as requests,
  (select count(*)::integer from (select 1 from sync_slots group by sync_id, slot_at having count(*) > 1) d) as doubled
from first`;
