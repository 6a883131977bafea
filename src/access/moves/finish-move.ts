import { record } from '../../customers/index.js';
import { type Fact, writeFact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import type { Connection } from '../connection.entity.js';
import { disconnect } from '../disconnect.js';
import { AccountMove, MoveState } from './account-move.entity.js';

/** A link was used: when it was made for a move, that is done, and the old connection is over unless it is the same. */
export async function finishMove(inside: Scope, linkId: string, made: Connection): Promise<void> {
  const move = await inside.em.findOne(AccountMove, { linkId, state: MoveState.APPROVED });
  if (move === null) return;
  inside.em.assign(move, { state: MoveState.DONE, newConnectionId: made.id });
  await inside.em.flush();
  const { id, customerId, connectionId } = move;
  const details = { platform: made.platform, account: made.accountName, newConnectionId: made.id };
  if (made.id !== connectionId)
    await writeFact(inside, { kind: 'connection.moved', customerId, connectionId, details });
  await record(inside, { act: 'move.done', target: `move ${id}`, customerId, details });
}

/** Follows from the fact, since whoever cuts a connection locks it before its links. */
export async function leaveOldAccount(inside: Scope, { connectionId }: Fact): Promise<void> {
  if (connectionId !== null) await disconnect(inside, connectionId);
}
