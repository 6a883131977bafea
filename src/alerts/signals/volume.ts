import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Verdict } from '../volume/judge-day.js';
import type { Signal } from './signal.js';

interface Row {
  readonly connection_id: string;
  readonly customer_id: string;
  readonly platform: string;
  readonly account: string;
  readonly on_day: string;
  readonly verdict: Verdict;
}

const kinds = { stop: AlertKind.VOLUME_STOP, drop: AlertKind.VOLUME_DROP, surge: AlertKind.VOLUME_SURGE } as const;
const said = {
  stop: 'no calls at all',
  drop: 'far fewer calls than usual',
  surge: 'far more calls than usual',
} as const;
const remedies = {
  stop: 'Ask whether calls are still made and recorded there, and whether the person who signed in still sees them. If it was to be expected, say so by `expectVolume`.',
  drop: 'Ask whether part of the team records elsewhere or left. If it was to be expected, say so by `expectVolume`.',
  surge:
    'See whether calls are listed twice, and what they will cost. If it was to be expected, say so by `expectVolume`.',
} as const;

/**
 * What the latest business day showed, until the next one is judged. Where calls were missing here, or are gone at the platform,
 * and the day was none out of the ordinary but for them, that is told instead.
 */
export const volume: Signal = async ({ em }, { nameOf }) => {
  const rows = await em.execute<Row[]>(question);
  return rows.map(
    ({ connection_id: connectionId, customer_id: customerId, platform, account, on_day: on, verdict }) => {
      const { kind, severity, level, calls } = verdict;
      return {
        ...{ kind: kinds[kind], connectionId, customerId, platform, owner: AlertOwner.CUSTOMER },
        severity: severity === 'error' ? AlertSeverity.ERROR : AlertSeverity.WARNING,
        problem: `${nameOf(platform)} brought ${said[kind]}: ${calls} on a day that usually brings ${Math.round(level)}.`,
        remedy: remedies[kind],
        ...{ details: { account, day: on, calls, usual: Math.round(level) }, occurrence: on, since: new Date(on) },
      };
    },
  );
};

// Half of what is usual is never too few, and twice as much never too many.
const question = `
select l.connection_id, l.customer_id, n.platform, n.account_name as account, l.on_day::text, l.verdict from (
  select distinct on (connection_id) * from call_days where judged order by connection_id, on_day desc
) l join connections n on n.id = l.connection_id
where l.verdict is not null and l.expected_by is null and n.credential_health in ('valid', 'expiring')
  and not exists (
    select from (
      select count(*) filter (where g.kind = 'FETCHED') as fetched, count(*) filter (where g.kind = 'HELD') as held
      from gaps g join syncs s on s.id = g.sync_id
      where s.connection_id = l.connection_id and g.kind in ('FETCHED', 'HELD')
        and (g.started_at at time zone l.region)::date = l.on_day
    ) gap, lateral (
      select count(*) as calls from calls c where c.customer_id = l.customer_id and c.connection_id = l.connection_id
        and c.started_at >= l.on_day::timestamp at time zone l.region and c.started_at < (l.on_day + 1)::timestamp at time zone l.region
    ) there
    where case when l.verdict ->> 'kind' = 'surge' then gap.held > 0 and there.calls - gap.held <= (l.verdict ->> 'level')::float8 * 2
      else gap.fetched > 0 and there.calls >= (l.verdict ->> 'level')::float8 / 2 end
  )`;
