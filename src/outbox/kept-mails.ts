import type { Retention } from '../core/retention.js';

// The links in them are long dead.
const mails = `
delete from mails where id in (
  select id from mails where status <> 'WAITING' and created_at < business_now() - interval '90 days'
  limit $1 for update skip locked
) returning 1`;

export const kept: readonly Retention[] = [
  { what: 'Mails that were sent, given up, or kept for staff to pass on', kept: '90 days', statement: mails },
];
