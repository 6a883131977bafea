import type { Retention } from '../core/retention.js';

// Whoever was told of an alert is told when it is over, however long that takes.
const notices = `
delete from notices where id in (
  select n.id from notices n
  where n.status <> 'WAITING' and n.created_at < business_now() - interval '90 days'
    and not exists (select from alerts a where a.id = n.alert_id and a.state <> 'RESOLVED')
  limit $1 for update skip locked
) returning 1`;

const messages = `
delete from notice_messages where id in (
  select m.id from notice_messages m
  where m.status <> 'WAITING' and m.created_at < business_now() - interval '90 days'
    and not exists (select from notices n where n.message_id = m.id)
  limit $1 for update skip locked
) returning 1`;

export const kept: readonly Retention[] = [
  { what: 'Notices, and longer as long as their alerts are not over', kept: '90 days', statement: notices },
  { statement: messages },
];
