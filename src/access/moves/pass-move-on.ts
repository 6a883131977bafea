import { record } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import type { Link } from '../links/link.entity.js';
import { MoveState } from './account-move.entity.js';

/** A link went on to a colleague: when it was made for a move, that goes on with it. The link is locked. */
export async function passMoveOn(inside: Scope, linkId: string, { id, customerId, contact }: Link): Promise<void> {
  const [move] = await inside.em.execute<{ id: string }[]>(
    'update account_moves set link_id = ?, contact_id = ? where link_id = ? and state = ? returning id',
    [id, contact?.id ?? null, linkId, MoveState.APPROVED],
  );
  if (move === undefined) return;
  const details = { contact: contact?.name, linkId: id };
  await record(inside, { act: 'move.passed-on', target: `move ${move.id}`, customerId, details });
}
