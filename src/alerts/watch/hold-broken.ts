/**
 * When a connection breaks, nobody knows at first whether it is alone. So its customer is asked to renew it after a moment
 * only, and not at all while so many of its platform, or of its app, break together that it is the platform or us.
 */
import type { Scope } from '../../scope.js';
import { leastConnections, leastShare, withinMs } from './find-cohorts.js';

/** Long enough for four others to break that are refused for the same reason; short enough to be told within two minutes. */
const firstSeconds = 45;
const againSeconds = 15;
const latelyMs = 2 * 60_000;

interface Around {
  readonly id: string;
  readonly is_new: boolean;
  readonly is_broken: boolean;
  readonly in_use: number;
  readonly lately: number;
  readonly together: number;
  readonly is_app_refused: boolean;
  readonly is_cohort: boolean;
}

/**
 * For how many seconds nobody is to be told of broken connections yet, by the id of the fact. What works again, or is one of
 * few, waits for nothing. However many facts there are, all connections of a platform are looked at once.
 */
export async function holdBroken({ em }: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const facts = await em.execute<Around[]>(question, [JSON.stringify(ids), latelyMs, withinMs]);
  return new Map(facts.map(around => [around.id, secondsOf(around)]));
}

function secondsOf(around: Around): number {
  if (!around.is_broken || around.in_use < leastConnections) return 0;
  if (around.is_new) return firstSeconds;
  return isCommon(around) ? againSeconds : 0;
}

function isCommon({ is_app_refused, is_cohort, in_use, lately, together }: Around): boolean {
  if (is_app_refused || is_cohort) return true;
  return lately >= leastConnections || together >= Math.max(leastConnections, in_use * leastShare);
}

// What somebody has called resolved is counted no more: the customers have to act after all. What is broken is not refreshed, so
// it may have been refused for its app long before the app was mended.
const question = `
with due as materialized (
  select f.id, f.not_before is null as is_new, n.platform, n.credential_health = 'broken' as is_broken, c.client_id, c.app_id
  from facts f join connections n on n.id = f.connection_id left join credentials c on c.connection_id = n.id
  where f.id = any (array(select jsonb_array_elements_text(?::jsonb))::uuid[])
), refused as materialized (
  select distinct m.platform, r.client_id, r.app_id from credentials r join connections m on m.id = r.connection_id
  where r.failures > 0 and r.last_failure ->> 'kind' = 'misconfigured' and m.credential_health in ('valid', 'expiring')
    and coalesce(r.client_id, r.app_id::text) is not null and (
      select resolved_by from alerts where key = 'APP_REFUSED/house/' || m.platform || '/' || m.platform || '/' || coalesce(r.app_id::text, r.client_id)
      order by first_seen_at desc limit 1
    ) is null
), around as materialized (
  select p.platform, others.*, exists (
    select from alerts a where a.kind = 'MANY_CONNECTIONS' and a.platform = p.platform and a.state in ('OPEN', 'ACKNOWLEDGED')
  ) as is_cohort
  from (select ?::integer as lately, ?::integer as together) ms, (select distinct platform from due) p,
  lateral (
    select coalesce(max(resolved_at), '-infinity') as at from alerts
    where kind = 'MANY_CONNECTIONS' and platform = p.platform and resolved_by is not null
  ) settled,
  lateral (
    select count(*)::integer as in_use,
      (count(*) filter (where bad.at > clock_timestamp() - ms.lately * interval '1 millisecond'))::integer as lately,
      (count(*) filter (where bad.at > clock_timestamp() - ms.together * interval '1 millisecond'))::integer as together
    from connections o, lateral (
      select case when o.credential_health = 'broken' and o.credential_checked_at > settled.at then o.credential_checked_at end as at
    ) bad
    where o.platform = p.platform and o.credential_health <> 'disconnected'
  ) others
)
select d.id, d.is_new, d.is_broken, a.in_use, a.lately, a.together, a.is_cohort, exists (
  select from refused r where r.platform = d.platform and r.client_id is not distinct from d.client_id and r.app_id is not distinct from d.app_id
) as is_app_refused
from due d join around a on a.platform = d.platform`;
