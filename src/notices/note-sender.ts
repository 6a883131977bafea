import type { House } from '../scope.js';

const everyMs = 15_000;

/** Lets the database know now and then that notices are looked after, so that their silence can be told from there being none. */
export function senderNoter({ sql }: Pick<House, 'sql'>): () => Promise<void> {
  let notedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - notedAt < everyMs) return;
    await sql.transaction('all', tx => tx.rows('update alerting set sender_looked_at = clock_timestamp()'));
    notedAt = performance.now();
  };
}
