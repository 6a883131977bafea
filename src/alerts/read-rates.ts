import { CallerError } from '../core/errors.js';
import type { Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import type { AlertRate, WorkRate } from './alert.type.js';

const mostDays = 400;

/** Alerts that were opened in the last so many days, by kind. @throws CallerError INVALID_INPUT */
export async function readAlertRates(scope: Scope, days: number, customerId: string | null): Promise<AlertRate[]> {
  return scope.em.execute<AlertRate[]>(
    `select kind, count(*)::integer as opened, count(resolved_at)::integer as resolved,
       percentile_cont(0.5) within group (order by extract(epoch from resolved_at - opened_at)) as "medianSeconds"
     from alerts where opened_at > ? and kind <> 'DRILL' and (?::uuid is null or customer_id = ?) group by kind order by opened desc, kind`,
    [await since(scope, days), customerId, customerId],
  );
}

/** Runs that ended in the last so many days, by platform. @throws CallerError INVALID_INPUT */
export async function readWorkRates(scope: Scope, days: number, customerId: string | null): Promise<WorkRate[]> {
  return scope.em.execute<WorkRate[]>(
    `select *, (completed + "completedWithFailures")::float / ended as "successRate" from (
       select platform, case when sync_id is null then 'import' else 'sync' end as work, count(*)::integer as ended,
         (count(*) filter (where status = 'COMPLETED'))::integer as completed,
         (count(*) filter (where status = 'COMPLETED_WITH_FAILURES'))::integer as "completedWithFailures",
         (count(*) filter (where status = 'FAILED'))::integer as failed, sum(stored)::integer as stored, sum(unusable)::integer as unusable
       from runs where finished_at > ? and status in ('COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED') and (?::uuid is null or customer_id = ?)
       group by 1, 2
     ) r order by platform, work`,
    [await since(scope, days), customerId, customerId],
  );
}

async function since(scope: Scope, days: number): Promise<Date> {
  if (days < 1 || days > mostDays)
    throw new CallerError('INVALID_INPUT', `\`days\` must be 1 to ${mostDays}.`, {
      field: 'days',
      remedy: `Give a number of days from 1 to ${mostDays}.`,
    });
  return new Date((await businessNow(scope)).getTime() - days * 86_400_000);
}
