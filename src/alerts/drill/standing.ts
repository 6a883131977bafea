import type { Sql, SqlTransaction } from '../../core/ports.js';

/** How the alerting itself stands. All ages in seconds; null: it never was. */
export interface Standing {
  /** Since somebody last looked for trouble, and came to the end of it. */
  readonly lookAge: number | null;
  /** Since somebody last looked for notices to be sent. */
  readonly senderAge: number | null;
  /** Since a drill was last raised and cleared, and how long that took; also while the next is under way. */
  readonly drillAge: number | null;
  readonly drillTook: number | null;
  /** How long the drill has lasted that is under way; null when none is. */
  readonly drillLasts: number | null;
  /** How long what should have been tried waits, and was not: a message, or a notice that is urgent; null when there is none. */
  readonly overdue: number | null;
  readonly pingAge: number | null;
  readonly readAt: Date;
}

const silentSeconds = 180;
const drillSeconds = 300;

/** What of the alerting does not work, in our own words; none: it works. */
export function problemsOf({ lookAge, senderAge, drillAge, drillLasts, overdue }: Standing): string[] {
  return [
    ...(lookAge === null || lookAge > silentSeconds ? [`Nobody has looked for trouble ${ago(lookAge)}.`] : []),
    ...(senderAge === null || senderAge > silentSeconds ? [`Nobody has looked after notices ${ago(senderAge)}.`] : []),
    ...(overdue !== null && overdue > silentSeconds ? ['Notices wait that nobody tries to send.'] : []),
    ...(drillLasts === null && drillAge === null ? ['No drill has begun yet.'] : []),
    ...((drillLasts ?? 0) > drillSeconds ? ['The last drill was not raised and cleared within five minutes.'] : []),
  ];
}

function ago(seconds: number | null): string {
  return seconds === null ? 'yet' : `for ${Math.round(seconds / 60)} minutes`;
}

/** By the database's clock. */
export function readStanding(sql: Sql): Promise<Standing> {
  return sql.transaction('all', readStandingIn);
}

/** As {@link readStanding}, in a transaction. */
export async function readStandingIn(tx: SqlTransaction): Promise<Standing> {
  const [row] = await tx.rows<Standing>(question);
  if (row === undefined) throw new Error('The row of the alerting is gone.');
  return row;
}

const age = (column: string): string => `extract(epoch from t.now - ${column})::double precision`;

const question = `
select ${age('a.looked_at')} as "lookAge", ${age('a.sender_looked_at')} as "senderAge", ${age('a.drilled_at')} as "drillAge",
  extract(epoch from a.drill_took)::double precision as "drillTook",
  case when a.drill_cleared_at is null then ${age('a.drill_began_at')} end as "drillLasts",
  greatest(
    (select ${age('min(m.try_at)')} from notice_messages m where m.status = 'WAITING' and m.try_at < t.now),
    (select extract(epoch from business_now() - min(u.not_before))::double precision from notices u join notice_channels c on c.id = u.channel_id
     where u.status = 'WAITING' and u.message_id is null and u.severity = 'PAGE' and c.removed_at is null and u.not_before < business_now())
  ) as overdue,
  ${age('a.pinged_at')} as "pingAge", t.now as "readAt"
from alerting a, (select clock_timestamp() as now) t`;
