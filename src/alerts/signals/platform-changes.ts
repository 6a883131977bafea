import type { Connector } from '#connector';
import type { Scope } from '../../scope.js';
import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import type { Signal } from './signal.js';

/** One way in which a platform has changed, of which there may be several at once. */
interface Change {
  readonly platform: string;
  readonly severity: AlertSeverity;
  /** A sentence without its beginning, the name of the platform. */
  readonly problem: string;
  readonly remedy: string;
  readonly details: object;
  readonly occurrence: string;
  /** Of how many things it consists: of more people are told anew. */
  readonly count: number;
  readonly since: string;
}

/** Platforms whose format has changed: records that cannot be read, words that are new, fields that are empty. One finding each. */
export const platformChanges: Signal = async (scope, { now, nameOf }) => {
  const changes = [
    ...(await unreadable(scope, now)),
    ...(await vanishedFields(scope, now)),
    ...(await newWords(scope, now)),
  ];
  return [...new Set(changes.map(({ platform }) => platform))].map(platform => {
    const own = changes.filter(change => change.platform === platform) as [Change, ...Change[]];
    return findingOf(platform, nameOf(platform), own);
  });
};

/** The worst comes first. */
function findingOf(platform: string, name: string, changes: readonly [Change, ...Change[]]): Finding {
  const [worst] = changes;
  return {
    ...{ kind: AlertKind.PLATFORM_CHANGED, platform, severity: worst.severity, owner: AlertOwner.US },
    problem: changes.map(({ problem }) => `${name} ${problem}`).join(' '),
    remedy: changes.map(({ remedy }) => remedy).join(' '),
    details: Object.assign({}, ...changes.map(({ details }) => details)),
    occurrence: changes.map(({ occurrence }) => occurrence).join(' '),
    since: new Date(Math.min(...changes.map(({ since }) => Date.parse(since)))),
    step: changes.reduce((sum, { count }) => sum + count, 0),
  };
}

async function unreadable({ em }: Scope, now: Date): Promise<Change[]> {
  const rows = await em.execute<
    { platform: string; customers: number; since: string; reason: string | null; sample: unknown; kept: number }[]
  >(cannotBeRead, [now, now]);
  return rows.map(({ platform, customers, since, reason, sample, kept }) => ({
    ...{ platform, severity: AlertSeverity.PAGE, since, occurrence: since, count: 1 },
    problem: `has changed: what it sends could not be read for ${customers} customers within an hour.`,
    remedy:
      'Compare the sample in `details`, which holds names and kinds and no values, with what the connector reads. The documents are kept (`unreadRecords`), and become calls as soon as a hub with a mended connector starts.',
    details: { customers, reason, sample, kept },
  }));
}

// Records that were set aside, and runs that could not even read the reply around them. The latest is the sample.
const cannotBeRead = `
select platform, count(distinct customer_id)::integer as customers, min(seen_at) as since,
  (array_agg(reason order by seen_at desc))[1] as reason, (array_agg(shape order by seen_at desc) filter (where shape is not null))[1] as sample,
  (select count(*)::integer from unread_records k where k.platform = s.platform) as kept
from (
  select r.platform, u.customer_id, u.seen_at, u.reason, u.shape
  from unusable_records u join runs r on r.id = u.run_id, (select ?::timestamptz as now) t
  where u.seen_at > t.now - interval '1 hour' and u.code = 'PLATFORM_CHANGED'
  union all
  select r.platform, r.customer_id, r.finished_at, r.error ->> 'message', null
  from runs r, (select ?::timestamptz as now) t
  where r.finished_at > t.now - interval '1 hour' and r.status = 'FAILED' and r.error ->> 'code' = 'PLATFORM_CHANGED'
) s group by platform having count(distinct customer_id) > 3`;

interface Vanished {
  readonly platform: string;
  readonly field: string;
  readonly calls: number;
  readonly connections: number;
  readonly percent_before: number;
  /** In which most of them lost it. */
  readonly week: string;
  readonly since: string;
}

async function vanishedFields({ em }: Scope, now: Date): Promise<Change[]> {
  const rows = await em.execute<Vanished[]>(vanished, [now]);
  return [...Map.groupBy(rows, ({ platform }) => platform)].map(([platform, fields]) => ({
    ...{ platform, severity: AlertSeverity.ERROR, count: fields.length },
    problem: `no longer tells ${fields.map(({ field }) => `\`${field}\``).join(', ')}, which nearly all of its calls had.`,
    remedy:
      'Look where the platform says it now, and mend the connector. The documents of calls are kept as the platform wrote them; `rereadSync` brings a stretch afresh.',
    details: {
      vanished: fields.map(({ field, calls, connections, percent_before: percentBefore }) => ({
        ...{ field, calls, connections, percentBefore },
      })),
    },
    occurrence: fields.map(({ field, week }) => `${field}@${week}`).join(),
    since: fields.map(({ since }) => since).toSorted()[0] as string,
  }));
}

/** Of the platform's connections. Fewer have reasons of their own, unless there is one connection alone. */
const leastShare = 0.2;

// Twenty calls in a row of a connection are no chance where nine in ten had it. What a platform changes, it changes for many within
// two weeks; who lost it for reasons of their own did so at any time, so those count together who did so within two weeks.
const vanished = `
with shares as (
  select s.*, count(*) over (partition by s.platform, field) as counted,
    empty_since_then >= 20 and filled >= 0.9 * (calls - empty_since_then) as is_hit
  from field_shares s join connections n on n.id = s.connection_id, (select ?::timestamptz as now) t
  where n.credential_health <> 'disconnected' and s.counted_at > t.now - interval '7 days'
), hits as (
  select *, count(*) over (
    partition by platform, field order by last_filled_at range between interval '14 days' preceding and current row
  ) as together
  from shares where is_hit
), crowds as (
  select distinct on (platform, field) platform, field, last_filled_at as at
  from hits where together >= greatest(least(2, counted), ${leastShare} * counted)
  order by platform, field, together desc, last_filled_at desc
)
select platform, field, sum(empty_since_then)::integer as calls, count(*)::integer as connections,
  (100 * sum(filled) / sum(calls - empty_since_then))::integer as percent_before, max(last_filled_at) as since,
  to_char(percentile_disc(0.5) within group (order by last_filled_at) at time zone 'UTC', 'IYYY-IW') as week
from hits join crowds using (platform, field)
where last_filled_at between at - interval '14 days' and at
group by platform, field
having sum(empty_since_then) >= 50 and sum(calls - empty_since_then) >= 200
order by platform, field`;

interface Word {
  readonly platform: string;
  readonly field: string;
  readonly word: string;
  readonly calls: number;
  readonly connections: number;
  readonly since: string;
}

async function newWords({ em, connectors }: Scope, now: Date): Promise<Change[]> {
  const seen = await em.execute<Word[]>(seenWords, [now]);
  const stillNew = seen.filter(({ platform, field, word }) => {
    const known = (connectors.get(platform) as Partial<Connector> | undefined)?.calls?.words?.[field];
    return known !== undefined && !known.includes(word);
  });
  return [...Map.groupBy(stillNew, ({ platform }) => platform)].map(([platform, words]) => ({
    ...{ platform, severity: AlertSeverity.WARNING, count: Math.min(words.length, mostTold) },
    problem: `uses words that the hub does not know in ${[...new Set(words.map(({ field }) => `\`${field}\``))].join(', ')}: their calls are here, and what the word says of them is not.`,
    remedy: 'Read in its papers what the words in `details` mean, and add them to the connector.',
    details: {
      newWords: words.slice(0, mostTold).map(({ field, word, calls, connections }) => ({
        ...{ field, word: word === '' ? null : word, calls, connections },
      })),
    },
    occurrence: words.map(({ field, word }) => `${field}=${word}`).join(),
    since: words.map(({ since }) => since).toSorted()[0] as string,
  }));
}

const mostTold = 20;

// A word that one night's sync has met is met again by the next, if there are calls.
const seenWords = `
select platform, field, word, sum(calls)::integer as calls, count(*)::integer as connections, min(first_seen_at) as since
from new_words, (select ?::timestamptz as now) t where last_seen_at > t.now - interval '7 days'
group by platform, field, word order by platform, field, word`;
