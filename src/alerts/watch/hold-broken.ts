/**
 * When a connection breaks, nobody knows at first whether it is alone. So its customer is asked to renew it after a moment
 * only, and not at all while so many of its platform, or of its app, break together that it is the platform or us.
 */
import type { Fact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import { leastConnections, leastShare, withinMs } from './find-cohorts.js';

/** Long enough for four others to break that are refused for the same reason; short enough to be told within two minutes. */
const firstSeconds = 45;
const againSeconds = 15;
const latelyMs = 2 * 60_000;

interface Around {
  readonly is_new: boolean;
  readonly is_broken: boolean;
  readonly in_use: number;
  readonly lately: number;
  readonly together: number;
  readonly is_app_refused: boolean;
  readonly is_cohort: boolean;
}

/** For how many seconds nobody is to be told of a broken connection yet. What works again, or is one of few, waits for nothing. */
export async function holdBroken({ em }: Scope, { id }: Fact): Promise<number> {
  const [around] = await em.execute<Around[]>(question, [latelyMs, withinMs, id]);
  if (around === undefined || !around.is_broken || around.in_use < leastConnections) return 0;
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
select f.not_before is null as is_new, n.credential_health = 'broken' as is_broken, others.*,
  coalesce(c.client_id, c.app_id::text) is not null and exists (
    select from credentials r join connections m on m.id = r.connection_id
    where r.failures > 0 and r.last_failure ->> 'kind' = 'misconfigured' and m.credential_health in ('valid', 'expiring')
      and r.client_id is not distinct from c.client_id and r.app_id is not distinct from c.app_id
  ) and (
    select resolved_by from alerts where key = 'APP_REFUSED/house/' || n.platform || '/' || n.platform || '/' || coalesce(c.app_id::text, c.client_id)
    order by first_seen_at desc limit 1
  ) is null as is_app_refused,
  exists (
    select from alerts a where a.kind = 'MANY_CONNECTIONS' and a.platform = n.platform and a.state in ('OPEN', 'ACKNOWLEDGED')
  ) as is_cohort
from (select ?::integer as lately, ?::integer as together) ms, facts f
join connections n on n.id = f.connection_id left join credentials c on c.connection_id = n.id,
lateral (
  select coalesce(max(resolved_at), '-infinity') as at from alerts
  where kind = 'MANY_CONNECTIONS' and platform = n.platform and resolved_by is not null
) settled,
lateral (
  select count(*)::integer as in_use,
    (count(*) filter (where bad.at > clock_timestamp() - ms.lately * interval '1 millisecond'))::integer as lately,
    (count(*) filter (where bad.at > clock_timestamp() - ms.together * interval '1 millisecond'))::integer as together
  from connections o, lateral (
    select case when o.credential_health = 'broken' and o.credential_checked_at > settled.at then o.credential_checked_at end as at
  ) bad
  where o.platform = n.platform and o.credential_health <> 'disconnected'
) others
where f.id = ?`;
