import type { House } from '../../scope.js';
import { endOldImports } from '../brought/end-old-imports.js';
import { revokeCredential } from './revoke-credential.js';
import { openProposed } from './secrets-of-a-session.js';

const everyMs = 60_000;
const keptDays = 30;

interface Orphan {
  readonly id: string;
  readonly customerId: string;
  readonly platform: string;
  readonly method: string;
  readonly appId: string | null;
  readonly proposed: Buffer | null;
}

/** Ends sign-ins that nobody has brought to an end, and gives back what they had. Goes on until `signal` aborts. */
export function sweepAuthorizations(house: House, signal: AbortSignal): void {
  const timer = setInterval(() => {
    endOldAuthorizations(house).catch((error: unknown) => house.log.debug('Old sign-ins stay for now.', { error }));
  }, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

async function endOldAuthorizations(house: House): Promise<void> {
  const orphans = await house.sql.transaction('all', async tx => {
    await tx.rows(`delete from authorization_sessions where expires_at < clock_timestamp() - $1 * interval '1 day'`, [
      keptDays,
    ]);
    return tx.rows<Orphan>(
      `update authorization_sessions s set status = 'failed', verifier = null, proposed = null, problem = $1
       from (select id, proposed from authorization_sessions
             where status in ('open', 'exchanging', 'proposed') and expires_at < clock_timestamp() - interval '1 minute'
             limit 100 for update skip locked) old
       where s.id = old.id
       returning s.id, customer_id as "customerId", platform, method, app_id as "appId", old.proposed`,
      [{ code: 'EXPIRED', message: 'Nobody went on with this.', remedy: 'Start again.' }],
    );
  });
  await endOldImports(house);
  for (const orphan of orphans) {
    if (orphan.proposed === null) continue;
    const stored = await openProposed(house.keyring, orphan, orphan.proposed);
    await revokeCredential(house, orphan, stored);
  }
}
