import type { SqlTransaction } from '../core/ports.js';
import { writeFactInSql } from '../outbox/index.js';
import type { House } from '../scope.js';
import { restAfter, waitAfter } from './messages/schedule.js';
import type { Outcome } from './messages/post-message.js';
import type { Taken } from './take-deliveries.js';

/** Without a single message taken for so long, an endpoint is disabled. */
const mostFailingDays = 5;

/**
 * Notes what came of a try: the attempt, the delivery and how the endpoint does, in one transaction. Nothing when somebody else
 * has taken the delivery up meanwhile: the tries tell.
 */
export async function settle(house: House, taken: Taken, outcome: Outcome): Promise<void> {
  const { kind, statusCode, durationMs, problem, reply, at } = outcome;
  const wait = kind === 'taken' || kind === 'gone' ? undefined : waitAfter(taken.tries);
  const status = kind === 'taken' ? 'DELIVERED' : wait === undefined ? 'DEAD' : 'WAITING';
  const settled = await house.sql.transaction('all', async tx => {
    const [mine] = await tx.rows(
      `update deliveries set status = $3, problem = $4, delivered_at = case when $3 = 'DELIVERED' then date_trunc('milliseconds', clock_timestamp()) end,
         due_at = greatest(clock_timestamp() + $5 * interval '1 second', $6::timestamptz)
       where id = $1 and tries = $2 and status = 'WAITING' returning 1`,
      [taken.delivery_id, taken.tries, status, problem, wait ?? 0, outcome.notBefore ?? null],
    );
    if (mine === undefined) return undefined;
    await tx.rows(
      `insert into delivery_attempts (customer_id, delivery_id, at, status_code, duration_ms, problem, reply)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [taken.endpoint_customer_id, taken.delivery_id, at, statusCode, durationMs, problem, reply],
    );
    return kind === 'taken' ? recover(tx, taken) : suffer(tx, taken, outcome);
  });
  if (settled === undefined) return;
  house.metrics.count('patchbay_deliveries_total', { outcome: status === 'WAITING' ? 'failed' : status.toLowerCase() });
  house.metrics.observe('patchbay_delivery_duration_seconds', {}, durationMs / 1_000);
  if (settled === 'disabled') house.log.warn('An endpoint was disabled.', { endpoint: taken.endpoint_id, problem });
}

/** Whatever was left waiting while it was down need not wait any longer. */
async function recover(tx: SqlTransaction, { endpoint_id: id }: Taken): Promise<'working'> {
  const [before] = await tx.rows<{ resume_at: Date | null }>(
    'select resume_at from endpoints where id = $1 for update',
    [id],
  );
  await tx.rows(
    `update endpoints set leased_until = null, in_hand = null, failures = 0, failing_since = null, resume_at = null,
       last_delivered_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    [id],
  );
  if (before?.resume_at != null) {
    await tx.rows(
      "update deliveries set due_at = now() where endpoint_id = $1 and status = 'WAITING' and due_at > now()",
      [id],
    );
  }
  return 'working';
}

/** Counts the failure; in the end the endpoint is left alone for a while, or for good. */
async function suffer(tx: SqlTransaction, taken: Taken, outcome: Outcome): Promise<'failing' | 'disabled'> {
  const { endpoint_id: id } = taken;
  const [endpoint] = await tx.rows<{ failures: number; is_hopeless: boolean }>(
    `update endpoints set leased_until = null, in_hand = null, failures = failures + 1,
       failing_since = coalesce(failing_since, date_trunc('milliseconds', business_now()))
     where id = $1 returning failures, failing_since < business_now() - $2 * interval '1 day' as is_hopeless`,
    [id, mostFailingDays],
  );
  if (endpoint === undefined) return 'failing';
  const because =
    outcome.kind === 'gone'
      ? 'It answered 410: it wants no more messages.'
      : endpoint.is_hopeless
        ? `It has taken no message for ${mostFailingDays} days. The last time: ${outcome.problem}`
        : undefined;
  if (because !== undefined) {
    await disable(tx, taken, because, outcome.at);
    return 'disabled';
  }
  const rest = restAfter(endpoint.failures);
  if (rest !== undefined || outcome.notBefore !== undefined) {
    await tx.rows(
      "update endpoints set resume_at = greatest(clock_timestamp() + $2 * interval '1 second', $3::timestamptz) where id = $1",
      [id, rest ?? 0, outcome.notBefore ?? null],
    );
  }
  return 'failing';
}

/** What waits is given up, where everybody can see it and have it sent again. Staff are told, unless it is the house's own. */
async function disable(tx: SqlTransaction, taken: Taken, because: string, at: Date): Promise<void> {
  const { endpoint_id: id, endpoint_customer_id: customerId, url } = taken;
  await tx.rows("update endpoints set state = 'DISABLED', disabled_because = $2, resume_at = null where id = $1", [
    id,
    because,
  ]);
  await tx.rows("update deliveries set status = 'DEAD', problem = $2 where endpoint_id = $1 and status = 'WAITING'", [
    id,
    'The endpoint was disabled before it was sent.',
  ]);
  if (customerId === null) return;
  const details = { endpoint: id, host: new URL(url).host, because };
  await writeFactInSql(tx, at, { kind: 'endpoint.disabled', customerId, details });
}

/** Nobody failed: the keys were away. It is tried again a little later, and the try does not count. */
export async function giveBack({ sql }: Pick<House, 'sql'>, taken: Taken): Promise<void> {
  await sql.transaction('all', async tx => {
    const [mine] = await tx.rows(
      `update deliveries set tries = tries - 1, due_at = clock_timestamp() + interval '30 seconds'
       where id = $1 and tries = $2 and status = 'WAITING' returning 1`,
      [taken.delivery_id, taken.tries],
    );
    if (mine !== undefined)
      await tx.rows('update endpoints set leased_until = null, in_hand = null where id = $1', [taken.endpoint_id]);
  });
}
