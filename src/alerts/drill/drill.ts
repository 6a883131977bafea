/**
 * Once an hour a failure that is none goes through the watch: it must be raised and cleared within five minutes. What is
 * silent because nothing is wrong can so be told from what is silent because it does not work.
 */
import type { Scope } from '../../scope.js';
import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Signal } from '../signals/signal.js';

/** Begins one when the last is an hour old. Drills of days gone by are forgotten. */
export async function beginDrill({ em }: Scope): Promise<void> {
  await em.execute(
    `update alerting set drill_began_at = clock_timestamp(), drill_raised_at = null, drill_cleared_at = null
     where drill_began_at is null or drill_began_at < clock_timestamp() - interval '1 hour'`,
  );
  await em.execute("delete from alerts where kind = 'DRILL' and resolved_at < business_now() - interval '1 day'");
}

/** The drill, until the watch has raised it. */
export const drill: Signal = async ({ em }, { now }) => {
  const rows = await em.execute<{ began: string }[]>(
    'select drill_began_at as began from alerting where drill_began_at is not null and drill_raised_at is null',
  );
  return rows.map(({ began }) => ({
    ...{ kind: AlertKind.DRILL, severity: AlertSeverity.WARNING, owner: AlertOwner.US },
    part: new Date(began).toISOString(),
    problem: 'Nothing is wrong: the hub tries out whether it would notice.',
    remedy: 'Nothing needs to be done.',
    ...{ occurrence: began, since: now },
  }));
};

/** At the end of a look: when it was, and what has become of the drill. The last that is over stays known during the next. */
export async function noteLook({ em }: Scope): Promise<void> {
  await em.execute(
    `update alerting set looked_at = t.now,
       drill_cleared_at = case when is_over then t.now else drill_cleared_at end,
       drilled_at = case when is_over then t.now else drilled_at end,
       drill_took = case when is_over then t.now - drill_began_at else drill_took end,
       drill_raised_at = case when drill_began_at is not null and there.is then coalesce(drill_raised_at, t.now) else drill_raised_at end
     from (select clock_timestamp() as now) t, (select exists (select from alerts where kind = 'DRILL' and state <> 'RESOLVED') as is) there,
     lateral (select drill_raised_at is not null and drill_cleared_at is null and not there.is as is_over from alerting) o`,
  );
}
