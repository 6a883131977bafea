import { randomUUID } from 'node:crypto';
import type { Scope } from '../scope.js';
import { inTransaction } from '../scope.js';
import { businessNow } from '../syncs/index.js';

/** Of one channel in an hour; what is urgent does not count its turns. */
export const mostAnHour = 20;
/** Of one contact in a day. */
export const mostADay = 3;

/**
 * Puts the notices of a channel that wait, and whose time has come, into one message: a storm is one message, and what
 * is over a channel's measure waits for the next one.
 */
export async function gather(scope: Scope): Promise<void> {
  await inTransaction(scope, async inside => {
    const { em } = inside;
    const [turn] = await em.execute<{ mine: boolean }[]>('select pg_try_advisory_xact_lock(7204) as mine');
    if (turn?.mine !== true) return;
    const now = await businessNow(inside);
    const ripe = await em.execute<{ id: string; customer_id: string | null }[]>(ripeChannels, [now, now, now, now]);
    for (const { id, customer_id: customerId } of ripe) {
      const messageId = randomUUID();
      await em.execute(
        "insert into notice_messages (id, customer_id, channel_id, status, created_at) values (?, ?, ?, 'WAITING', ?)",
        [messageId, customerId, id, now],
      );
      await em.execute(
        "update notices set message_id = ? where channel_id = ? and status = 'WAITING' and message_id is null and not_before <= ?",
        [messageId, id, now],
      );
    }
  });
}

const ripeChannels = `
select c.id, c.customer_id from notice_channels c,
lateral (
  select min(not_before + window_seconds * interval '1 second') as at, bool_or(severity = 'PAGE' or once like 'test/%') as is_urgent
  from notices where channel_id = c.id and status = 'WAITING' and message_id is null and not_before <= ?
) first,
lateral (
  select count(*) filter (where created_at > ?::timestamptz - interval '1 hour') as this_hour, count(*) as today
  from notice_messages where channel_id = c.id and created_at > ?::timestamptz - interval '1 day'
) sent
where c.removed_at is null and first.at <= ?
  and (first.is_urgent or sent.this_hour < ${mostAnHour} and (c.contact_id is null or sent.today < ${mostADay}))`;
