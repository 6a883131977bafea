import { record } from '../../customers/index.js';
import { type House, inTransaction } from '../../scope.js';
import { keepCarryingOut } from '../keep-carrying-out.js';
import { revokeCredential, type RevokeOutcome } from '../oauth/revoke-credential.js';
import { tellOfConnections } from '../watch-connections.js';
import { openQueued } from './queue-revocation.js';

const atOnce = 16;
/** Somebody else takes a piece of work over after this. */
const leaseSeconds = 60;
/** Over about twenty minutes; then a person has to. */
const mostAttempts = 9;
const longestWaitSeconds = 300;

interface Work {
  readonly id: string;
  readonly connectionId: string;
  readonly customerId: string;
  readonly platform: string;
  readonly appId: string | null;
  readonly sealed: Buffer;
  readonly attempts: number;
  /** The account is connected again by the same app. Platforms may end both when they are shown the old credential. */
  readonly isInUse: boolean;
}

/** Revokes at their platforms the credentials of connections that were cut. Goes on until `signal` aborts. */
export function carryOutRevocations(house: House, signal: AbortSignal): void {
  keepCarryingOut(house, signal, async () => {
    const works = await house.sql.transaction('all', tx => tx.rows<Work>(claim, [leaseSeconds, atOnce]));
    await Promise.all(works.map(work => carryOut(house, work, signal)));
    return works.length;
  });
}

const claim = `
update revocations r set attempts = r.attempts + 1, again_at = clock_timestamp() + $1 * interval '1 second'
from (select id from revocations where again_at <= clock_timestamp() order by again_at limit $2 for update skip locked) next,
  connections n, credentials c
where r.id = next.id and n.id = r.connection_id and c.connection_id = n.id
returning r.id, r.connection_id as "connectionId", r.customer_id as "customerId", r.platform, r.app_id as "appId", r.sealed,
  r.attempts, c.fingerprint is not null and c.app_id is not distinct from r.app_id
    and n.credential_health in ('valid', 'expiring') as "isInUse"`;

async function carryOut(house: House, work: Work, signal: AbortSignal): Promise<void> {
  const { id, customerId, attempts } = work;
  const outcome = await revoke(house, work);
  if (outcome === 'failed' && attempts < mostAttempts) {
    const wait = Math.min(longestWaitSeconds, 2 ** attempts);
    await house.sql.transaction({ customerId }, tx =>
      tx.rows(`update revocations set again_at = clock_timestamp() + $2 * interval '1 second' where id = $1`, [
        id,
        wait,
      ]),
    );
    return;
  }
  await settle(house, work, outcome, signal);
  tellOfConnections(house, customerId);
}

async function revoke(house: House, work: Work): Promise<RevokeOutcome | 'in use'> {
  if (work.isInUse) return 'in use';
  try {
    return await revokeCredential(house, work, await openQueued(house.keyring, work));
  } catch (error) {
    house.log.warn('A credential could not be opened to be revoked.', { connection: work.connectionId, error });
    return 'failed';
  }
}

/** Whatever came of it, nothing of the credential is left here. */
async function settle(house: House, work: Work, outcome: RevokeOutcome | 'in use', signal: AbortSignal): Promise<void> {
  const { id, connectionId, customerId, platform } = work;
  await inTransaction(house.ownScope(customerId, signal), async inside => {
    const [first] = await inside.em.execute<unknown[]>('delete from revocations where id = ? returning 1', [id]);
    if (first === undefined) return;
    // A failure stays to be seen, whatever becomes of others of the same connection; so does what is connected again.
    // What is connected again says nothing of it.
    if (outcome !== 'in use')
      await inside.em.execute(
        `update connections set revocation = ?, updated_at = ?
       where id = ? and credential_health = 'disconnected' and revocation is distinct from 'failed'`,
        [outcome, inside.clock.now(), connectionId],
      );
    await record(inside, {
      ...{ act: 'credential.revoked', target: `connection ${connectionId}`, customerId },
      details: { platform, atThePlatform: outcome },
    });
  });
}
