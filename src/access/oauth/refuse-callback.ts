import { record } from '../../customers/index.js';
import { type House, inTransaction } from '../../scope.js';
import { isBearable } from '../is-bearable.js';
import type { FinishAuthorization } from './finish-authorization.js';
import { stateHash } from './secrets-of-a-session.js';

const act = 'authorization.refused';
/** Whoever knows a state may have it from an address bar; it is their customer's trail. */
const mostASession = 5;
const counting = `
with counted as (
  update authorization_sessions set refusals = refusals + 1 where state_hash = $1 and refusals < $2 returning id
)
select s.id, customer_id, status, exists (select from counted) as told from authorization_sessions s where state_hash = $1`;

/** Writes down that somebody came back with something that was not theirs, not asked for, used, or too late. */
export async function refuseCallback(
  house: House,
  { platform, browser }: Pick<FinishAuthorization, 'platform' | 'browser'>,
  state: string | undefined,
): Promise<void> {
  house.log.info('A callback was refused.', { platform });
  const [session] =
    state === undefined
      ? []
      : await house.sql.transaction('all', tx =>
          tx.rows<{ id: string; customer_id: string; status: string; told: boolean }>(counting, [
            stateHash(house.keyring, state),
            mostASession,
          ]),
        );
  if (session === undefined ? !isBearable(house, act) : !session.told) return;
  const signal = new AbortController().signal;
  const scope = session === undefined ? house.houseScope(signal) : house.ownScope(session.customer_id, signal);
  const details = {
    platform: house.connectors.has(platform) ? platform : 'unknown',
    hasBrowser: browser !== undefined,
    ...(session !== undefined && { status: session.status }),
  };
  await inTransaction(scope, inside =>
    record(inside, {
      act,
      target: session === undefined ? 'authorization' : `authorization ${session.id}`,
      customerId: session?.customer_id ?? null,
      details,
    }),
  );
}
