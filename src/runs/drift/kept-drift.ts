import type { Retention } from '../../core/retention.js';

const oldWords = `
delete from new_words where ctid in (
  select ctid from new_words where last_seen_at < business_now() - interval '30 days' limit $1
) returning word`;

const oldShares = `
delete from field_shares where ctid in (
  select ctid from field_shares where counted_at < business_now() - interval '400 days' limit $1
) returning field`;

export const kept: readonly Retention[] = [
  {
    what: 'Words of platforms that no connector knows, from when they were last seen',
    kept: '30 days',
    statement: oldWords,
  },
  {
    what: 'How many calls of a connection have which fields, from when they were last counted',
    kept: '400 days',
    statement: oldShares,
  },
];
