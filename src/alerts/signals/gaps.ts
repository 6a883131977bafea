import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Signal } from './signal.js';

const worse = { calls: 10, share: 0.02 };

interface Row {
  readonly sync_id: string;
  readonly customer_id: string;
  readonly connection_id: string;
  readonly platform: string;
  readonly account: string;
  readonly fetched: number;
  readonly held: number;
  readonly missing: number;
  readonly calls: number;
  readonly fetched_at: string | null;
  readonly held_at: string | null;
}

/** What the platform lists and what is here, where they differed: exact, and before all statistics. */
export const gaps: Signal = async ({ em }, { now, nameOf }) => {
  const rows = await em.execute<Row[]>(question, [now]);
  return rows.flatMap(row => {
    const { customer_id: customerId, connection_id: connectionId, platform, account, sync_id: part } = row;
    const { fetched, missing, held, calls, fetched_at: fetchedAt, held_at: heldAt } = row;
    const about = { customerId, connectionId, platform, part };
    const name = nameOf(platform);
    const isWorse = fetched >= worse.calls || fetched > worse.share * calls;
    return [
      ...(fetchedAt === null
        ? []
        : [
            {
              ...{ ...about, kind: AlertKind.CALLS_MISSING, owner: AlertOwner.US },
              severity: isWorse ? AlertSeverity.ERROR : AlertSeverity.WARNING,
              problem: `${name} lists ${count(fetched)} that ${fetched === 1 ? 'was' : 'were'} not here, although ${fetched === 1 ? 'its' : 'their'} time had been read more than a day before.`,
              remedy:
                missing === 0
                  ? 'They have been fetched; `sync { gaps }` names them. If it happens again, calls appear there later than is known: report it.'
                  : `They have been fetched but ${missing}, whose records cannot be used; \`sync { gaps }\` and \`unusableRecords\` name them.`,
              details: { account, fetched, missing, of: calls },
              ...{ occurrence: fetchedAt, since: new Date(fetchedAt) },
            },
          ]),
      ...(heldAt === null
        ? []
        : [
            {
              ...{ ...about, kind: AlertKind.REMOVALS_HELD, owner: AlertOwner.CUSTOMER, severity: AlertSeverity.ERROR },
              problem: `${name} no longer lists ${count(held)} that ${held === 1 ? 'is' : 'are'} here: so many at once that none was marked as removed.`,
              remedy:
                'Ask whether so many were deleted there, or whether the person who signed in sees fewer. Only in the first case call `confirmRemovals`.',
              details: { account, held, of: calls },
              ...{ occurrence: heldAt, since: new Date(heldAt) },
            },
          ]),
    ];
  });
};

function count(calls: number): string {
  return calls === 1 ? 'one call' : `${calls} calls`;
}

// What was fetched is told of for a day; what is held for as long as it is.
const question = `
select g.*, s.customer_id, s.connection_id, n.platform, n.account_name as account,
  (select count(*)::integer from unusable_records u where u.run_id = s.run_id and u.stage = 'call') as missing,
  (select count(*)::integer from calls c where c.customer_id = s.customer_id and c.connection_id = s.connection_id and c.started_at > t.now - interval '15 days') as calls
from (select ?::timestamptz as now) t, lateral (
  select sync_id, (count(*) filter (where kind = 'FETCHED'))::integer as fetched, (count(*) filter (where kind = 'HELD'))::integer as held,
    min(noted_at) filter (where kind = 'FETCHED') as fetched_at, min(noted_at) filter (where kind = 'HELD') as held_at
  from gaps where kind = 'HELD' or kind = 'FETCHED' and noted_at > t.now - interval '1 day' group by sync_id
) g join syncs s on s.id = g.sync_id join connections n on n.id = s.connection_id`;
