import type { Scope } from '../scope.js';

/** What of an alert was not sent yet is not sent any more. @returns the channels that were told of it. */
export async function withdrawNotices({ em }: Scope, alertId: string): Promise<ReadonlySet<string>> {
  await em.execute(
    "update notices set status = 'WITHDRAWN' where alert_id = ? and status = 'WAITING' and message_id is null",
    [alertId],
  );
  const told = await em.execute<{ id: string }[]>(
    "select distinct channel_id as id from notices where alert_id = ? and status in ('SENT', 'KEPT', 'WAITING')",
    [alertId],
  );
  return new Set(told.map(({ id }) => id));
}

/** Somebody looks after it: whom an alert was to be told to because nobody did is not told, if nothing was sent yet. */
export async function withdrawEscalations({ em }: Scope, alertId: string): Promise<void> {
  await em.execute(
    `update notices set status = 'WITHDRAWN' where alert_id = ? and status = 'WAITING' and message_id is null
       and channel_id in (select id from notice_channels where escalation is not null)`,
    [alertId],
  );
}
