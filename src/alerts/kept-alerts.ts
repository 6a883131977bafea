import type { Retention } from '../core/retention.js';

/** `alertRates` looks back so far. */
const alerts = `
delete from alerts where id in (
  select id from alerts where state = 'RESOLVED' and resolved_at < business_now() - interval '400 days'
  limit $1 for update skip locked
) returning 1`;

const days = `
delete from call_days where id in (
  select id from call_days where judged and on_day < business_now()::date - 400 limit $1 for update skip locked
) returning 1`;

export const kept: readonly Retention[] = [
  { what: 'Alerts that are over', kept: '400 days', statement: alerts },
  { what: 'How many calls each day brought, by which unusual days are known', kept: '400 days', statement: days },
];
