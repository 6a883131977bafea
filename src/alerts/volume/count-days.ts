import type { Scope } from '../../scope.js';
import { type Day, isHoliday, isLow, judgeDay } from './judge-day.js';

/** Days are counted when calls of them can be expected to be there. */
const settleHours = 6;
const lookBackDays = 63;
const atOnce = 50;

/**
 * Counts business days that are over, by connection and local day, and judges the latest. Connections without a sync bring
 * nothing by themselves, so nothing is unusual about them.
 */
export async function countDays(inside: Scope, now: Date): Promise<void> {
  const due = await inside.em.execute<{ id: string; customer_id: string; zone: string; latest: string }[]>(
    dueConnections,
    [now, settleHours, atOnce],
  );
  for (const { id, customer_id: customerId, zone, latest } of due)
    await inside.em.execute(counting, [
      id,
      customerId,
      zone,
      latest,
      lookBackDays,
      latest,
      customerId,
      id,
      zone,
      latest,
    ]);
  // A holiday shows only where all of a region are there to be compared.
  if (due.length < atOnce) await judgeDue(inside);
}

/** Judges days once all connections of their region are counted; a day on which many are low is a holiday. */
async function judgeDue({ em }: Scope): Promise<void> {
  const due = await em.execute<{ connection_id: string; on_day: string; region: string }[]>(
    'select connection_id, on_day::text, region from call_days where not judged order by on_day limit 1000',
  );
  for (const [place, those] of Map.groupBy(due, ({ on_day: on, region }) => `${on} ${region}`)) {
    const known = new Map<string, Day[]>();
    for (const { connection_id: id, on_day: on } of those) known.set(id, await daysOf(em, id, on));
    const holds = isHoliday([...known.values()].filter(isLow).length, those.length);
    const on = place.split(' ')[0] ?? '';
    for (const [id, days] of known) {
      const [verdict, low] = [judgeDay(days), isLow(days)];
      const isHeld = holds && low;
      await em.execute(
        'update call_days set judged = true, verdict = ?::jsonb, odd = coalesce(odd, ?) where connection_id = ? and on_day = ?::date',
        [
          verdict === undefined || isHeld ? null : JSON.stringify(verdict),
          ...[isHeld ? 'holiday' : verdict === undefined ? null : verdict.kind, id, on],
        ],
      );
    }
  }
}

async function daysOf(em: Scope['em'], connectionId: string, until: string): Promise<Day[]> {
  const rows = await em.execute<{ on: string; calls: number; odd: boolean }[]>(
    `select on_day::text as on, calls, odd is not null as odd from call_days
     where connection_id = ? and on_day <= ?::date and on_day > ?::date - ${lookBackDays} order by on_day`,
    [connectionId, until, until],
  );
  return rows.map(({ on, calls, odd }) => ({ on, calls, isOdd: odd }));
}

// The latest local day that is over and has settled. Only connections with a sync that runs.
const dueConnections = `
select c.id, c.customer_id, z.zone, l.day::text as latest
from connections c, lateral (
  select coalesce(min(s.time_zone), 'UTC') as zone, min(s.created_at) as since from syncs s where s.connection_id = c.id and s.state = 'ACTIVE' having count(*) > 0
) z, lateral (select ((?::timestamptz - ? * interval '1 hour') at time zone z.zone)::date - 1 as day) l
where c.credential_health in ('valid', 'expiring', 'broken') and extract(isodow from l.day) < 6
  and not exists (select from call_days d where d.connection_id = c.id and d.on_day = l.day)
limit ?`;

// Days of an incident that stopped calls say nothing about what is usual; nor do those before anything was looked for.
const counting = `
insert into call_days (customer_id, connection_id, on_day, region, calls, odd, judged)
select g.customer_id, g.id, d.day, g.zone, coalesce(n.calls, 0),
  case when exists (
    select from alerts a where a.connection_id = g.id and a.opened_at is not null
      and a.kind in ('CREDENTIAL_BROKEN', 'SYNC_FAILING', 'SYNC_LATE', 'RUN_STALLED', 'RUN_HELD_UP')
      and a.since < (d.day + 1) at time zone g.zone and coalesce(a.resolved_at, 'infinity') > d.day at time zone g.zone
  ) then 'incident' end,
  d.day < g.latest
from (select ?::uuid as id, ?::uuid as customer_id, ?::text as zone, ?::date as latest, ?::integer as back) g
cross join lateral (
  select day::date as day from generate_series(?::date - g.back, g.latest, interval '1 day') day where extract(isodow from day) < 6
) d
left join (
  select (started_at at time zone zone)::date as day, count(*)::integer as calls
  from calls, (select ?::uuid as owner, ?::uuid as id, ?::text as zone, ?::date as latest) k
  where customer_id = k.owner and connection_id = k.id and started_at > k.latest - ${lookBackDays + 2} group by 1
) n on n.day = d.day
on conflict (connection_id, on_day) do nothing`;
