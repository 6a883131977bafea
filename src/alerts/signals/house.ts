import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import type { Signal } from './signal.js';

interface Row {
  readonly late: number;
  readonly active: number;
  readonly late_since: string | null;
  readonly stuck: number;
  readonly stuck_since: string | null;
}

/** The hub itself: syncs that nobody begins, and facts that nobody acts upon. */
export const house: Signal = async ({ em }, { now }) => {
  const [row] = await em.execute<Row[]>(question, [now]);
  if (row === undefined) return [];
  const findings: Finding[] = [];
  if (row.late_since !== null && row.late > row.active / 100) {
    findings.push({
      ...{ kind: AlertKind.SCHEDULER_LATE, severity: AlertSeverity.PAGE, owner: AlertOwner.OPERATOR },
      problem: `${row.late} of ${row.active} syncs should have begun more than five minutes ago.`,
      remedy: 'See whether workers run and can reach the database; start more of them if they are busy.',
      ...{
        details: { late: row.late, active: row.active },
        occurrence: row.late_since,
        since: new Date(row.late_since),
      },
    });
  }
  if (row.stuck_since !== null) {
    findings.push({
      ...{ kind: AlertKind.OUTBOX_STUCK, severity: AlertSeverity.ERROR, owner: AlertOwner.OPERATOR },
      problem: 'What follows from facts was not done for five minutes: reconnect links may be missing.',
      remedy: 'The log of the workers says what stands against it.',
      ...{ details: { facts: row.stuck }, occurrence: row.stuck_since, since: new Date(row.stuck_since) },
    });
  }
  return findings;
};

const question = `
select (select count(*)::integer from syncs where state = 'ACTIVE' and next_at < t.now - interval '5 minutes') as late,
  (select count(*)::integer from syncs where state = 'ACTIVE') as active,
  (select min(next_at) from syncs where state = 'ACTIVE' and next_at < t.now - interval '5 minutes') as late_since,
  (select count(*)::integer from facts where awaits_reaction and coalesce(not_before, at) < t.now - interval '5 minutes') as stuck,
  (select min(at) from facts where awaits_reaction and coalesce(not_before, at) < t.now - interval '5 minutes') as stuck_since
from (select ?::timestamptz as now) t`;
