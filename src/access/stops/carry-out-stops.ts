import { LockMode } from '@mikro-orm/postgresql';
import { record } from '../../customers/index.js';
import { type House, inTransaction } from '../../scope.js';
import { giveBackImports } from '../brought/end-old-imports.js';
import { Connection } from '../connection.entity.js';
import { Credential } from '../credential.entity.js';
import { keepCarryingOut } from '../keep-carrying-out.js';
import { giveBackVisits } from '../links/give-back-visits.js';
import { giveBackEnded } from '../oauth/give-back-earlier.js';
import { revokeCredential, type RevokeOutcome } from '../oauth/revoke-credential.js';
import { destroyCredential, openCredential } from '../store-credential.js';
import { type CredentialRow, readCredentialRow } from '../tokens/credential-row.js';

const atOnce = 16;
/** Somebody else takes a piece of work over after this. */
const leaseSeconds = 60;
const mostAttempts = 3;

interface Work {
  readonly stopId: string;
  readonly connectionId: string;
  readonly customerId: string;
  readonly attempts: number;
  /** Of the credential that was there when it was stopped; null: whatever is there. */
  readonly epoch: number | null;
}

/** Revokes and destroys the credentials of platforms whose use was stopped. Goes on until `signal` aborts. */
export function carryOutStops(house: House, signal: AbortSignal): void {
  keepCarryingOut(house, signal, async () => {
    const stopped = await carryOutNext(house, signal);
    return stopped + (await giveBackEnded(house)) + (await giveBackImports(house)) + (await giveBackVisits(house));
  });
}

/** @returns how many pieces of work there were. */
async function carryOutNext(house: House, signal: AbortSignal): Promise<number> {
  const works = await house.sql.transaction('all', tx => tx.rows<Work>(claim, [leaseSeconds, atOnce]));
  await Promise.all(works.map(work => carryOut(house, work, signal)));
  return works.length;
}

// Who connected while the stop was being written is found a moment later.
const claim = `
with late as (
  insert into platform_stop_work as w (stop_id, connection_id, customer_id, epoch)
  select s.id, n.id, n.customer_id, c.epoch from platform_stops s join connections n on n.platform = s.platform
  join credentials c on c.connection_id = n.id
  where s.lifted_at is null and n.credential_health <> 'disconnected'
  on conflict (stop_id, connection_id) do update
    set epoch = excluded.epoch, outcome = null, attempts = 0, again_at = clock_timestamp() where w.epoch <> excluded.epoch
  returning 1
)
update platform_stop_work w set attempts = w.attempts + 1, again_at = clock_timestamp() + $1 * interval '1 second'
from (
  select stop_id, connection_id from platform_stop_work where outcome is null and again_at <= clock_timestamp()
  limit $2 for update skip locked
) next
where w.stop_id = next.stop_id and w.connection_id = next.connection_id
returning w.stop_id as "stopId", w.connection_id as "connectionId", w.customer_id as "customerId", w.attempts, w.epoch`;

async function carryOut(house: House, work: Work, signal: AbortSignal): Promise<void> {
  const { connectionId, customerId, attempts } = work;
  const row = await readCredentialRow(house.sql, { id: connectionId, customerId });
  // Connected anew since the stop was lifted: nobody has the old one any more that could be given back.
  const outcome = row !== undefined && row.epoch === (work.epoch ?? row.epoch) ? await revoke(house, row) : 'failed';
  if (outcome === 'failed' && attempts < mostAttempts) {
    await house.sql.transaction({ customerId }, tx =>
      tx.rows(
        `update platform_stop_work set again_at = clock_timestamp() + $3 * interval '1 second'
         where stop_id = $1 and connection_id = $2`,
        [work.stopId, connectionId, 2 ** attempts],
      ),
    );
    return;
  }
  await destroy(house, work, outcome, signal);
}

/** Whatever comes of it, the credential is destroyed here in the end. */
async function revoke(house: House, row: CredentialRow): Promise<RevokeOutcome> {
  try {
    return await revokeCredential(house, row, await openCredential(house.keyring, row, row.sealed));
  } catch (error) {
    house.log.warn('A credential could not be opened to be revoked.', { connection: row.connectionId, error });
    return 'failed';
  }
}

async function destroy(house: House, work: Work, outcome: RevokeOutcome, signal: AbortSignal): Promise<void> {
  const { stopId, connectionId, customerId, epoch } = work;
  await inTransaction(house.ownScope(customerId, signal), async inside => {
    const { em } = inside;
    // Whoever renews or breaks it locks the connection first too.
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    const connection = await em.findOneOrFail(Connection, { id: connectionId }, lock);
    const [first] = await em.execute<unknown[]>(
      `update platform_stop_work set outcome = ?
       where stop_id = ? and connection_id = ? and epoch is not distinct from ? and outcome is null returning 1`,
      [outcome, stopId, connectionId, epoch],
    );
    const isTheSame = (await em.count(Credential, { connectionId, ...(epoch !== null && { epoch }) })) > 0;
    if (first === undefined || !isTheSame) return;
    await em.execute(
      `update connections set credential_health = 'disconnected', revocation = ?, updated_at = ? where id = ?`,
      [...[outcome, inside.clock.now(), connectionId]],
    );
    await destroyCredential(inside, connection);
    await record(inside, {
      ...{ act: 'credential.destroyed', target: `connection ${connectionId}`, customerId },
      details: { stop: stopId, atThePlatform: outcome },
    });
  });
}
