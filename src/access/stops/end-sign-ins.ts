import type { Scope } from '../../scope.js';
import type { ConnectionNotice } from '../connection.entity.js';

/**
 * Ends what is on its way to a connection, in the transaction that stops its platform: sign-ins, and accounts that were
 * found and not confirmed. Workers give back the tokens among it.
 */
export async function endSignIns({ em }: Scope, platform: string, notice: ConnectionNotice): Promise<void> {
  await em.execute(
    `update authorization_sessions set status = 'failed', verifier = null, problem = ?
     where platform = ? and status in ('open', 'exchanging', 'proposed')`,
    [JSON.stringify(notice), platform],
  );
  const { message, remedy } = notice;
  await em.execute(
    `update link_visits set proposal = null, problem = ?
     where sealed is not null and finished_at is null and link_id in (select id from links where platform = ?)`,
    [JSON.stringify({ kind: 'form', message, remedy }), platform],
  );
}
