import type { House } from '../../scope.js';
import { endOldImports } from '../brought/end-old-imports.js';
import { giveBackEnded } from './give-back-earlier.js';

const everyMs = 60_000;
const keptDays = 30;

/** Ends sign-ins that nobody has brought to an end, and gives back what they had. Goes on until `signal` aborts. */
export function sweepAuthorizations(house: House, signal: AbortSignal): void {
  const timer = setInterval(() => {
    endOldAuthorizations(house).catch((error: unknown) => house.log.debug('Old sign-ins stay for now.', { error }));
  }, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

export async function endOldAuthorizations(house: House): Promise<void> {
  await house.sql.transaction('all', async tx => {
    await tx.rows(`delete from authorization_sessions where expires_at < clock_timestamp() - $1 * interval '1 day'`, [
      keptDays,
    ]);
    await tx.rows(
      `update authorization_sessions s set status = 'failed', verifier = null, problem = $1
       from (select id from authorization_sessions
             where status in ('open', 'exchanging', 'proposed') and expires_at < clock_timestamp() - interval '1 minute'
             limit 100 for update skip locked) old
       where s.id = old.id`,
      [{ code: 'EXPIRED', message: 'Nobody went on with this.', remedy: 'Start again.' }],
    );
  });
  await endOldImports(house);
  await giveBackEnded(house);
}
