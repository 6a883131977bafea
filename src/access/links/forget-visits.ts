import type { House } from '../../scope.js';

const everyMs = 60_000;
/** Long after its cookie has ended nobody can go on with a visit. */
const sealedMinutes = 60;
const keptDays = 30;

/** Forgets visits of the connect page every minute. Goes on until `signal` aborts. */
export function sweepVisits(house: House, signal: AbortSignal): void {
  const timer = setInterval(() => {
    forgetVisits(house).catch((error: unknown) => house.log.debug('Old visits stay for now.', { error }));
  }, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** A key that somebody entered and never said yes to is destroyed after an hour, and what else is known of a visit after 30 days. */
export async function forgetVisits({ sql }: Pick<House, 'sql'>): Promise<void> {
  await sql.transaction('all', async tx => {
    await tx.rows(
      `update link_visits set sealed = null, proposal = case when finished_at is null then null else proposal end, code_hash = null
       where (sealed is not null or code_hash is not null) and seen_at < clock_timestamp() - $1 * interval '1 minute'`,
      [sealedMinutes],
    );
    await tx.rows(`delete from link_visits where seen_at < clock_timestamp() - $1 * interval '1 day'`, [keptDays]);
  });
}
