import { record } from '../../customers/index.js';
import { type Fact, writeFact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import type { Connection } from '../connection.entity.js';
import { disconnect } from '../disconnect.js';
import { MoveState } from './account-move.entity.js';

/**
 * A link was used: when it was made for a move, that is done, and the old connection is over unless it is the same. The link
 * is locked, and whoever else changes its move locks it first.
 */
export async function finishMove(inside: Scope, linkId: string, made: Connection): Promise<void> {
  const [move] = await inside.em.execute<Done[]>(
    `update account_moves set state = ?, new_connection_id = ? where link_id = ? and state = ?
     returning id, customer_id as "customerId", connection_id as "connectionId"`,
    [MoveState.DONE, made.id, linkId, MoveState.APPROVED],
  );
  if (move === undefined) return;
  const { id, customerId, connectionId } = move;
  const details = { platform: made.platform, account: made.accountName, newConnectionId: made.id };
  if (made.id !== connectionId)
    await writeFact(inside, { kind: 'connection.moved', customerId, connectionId, details });
  await record(inside, { act: 'move.done', target: `move ${id}`, customerId, details });
}

type Done = Readonly<Record<'id' | 'customerId' | 'connectionId', string>>;

/** Follows from the fact, since whoever cuts a connection locks it before its links. */
export async function leaveOldAccount(inside: Scope, { connectionId }: Fact): Promise<void> {
  if (connectionId !== null) await disconnect(inside, connectionId, 'The customer works in another account now.');
}
