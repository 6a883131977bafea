import { LockMode } from '@mikro-orm/postgresql';
import { CallerError, notFound } from '../../core/errors.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { lockLinks } from '../links/find-link.js';
import { mailLink, makeLink } from '../links/make-link.js';
import { revokeLinks } from '../links/revoke-link.js';
import { readConnection } from '../read-connection.js';
import { AccountMove, MoveState } from './account-move.entity.js';
import { staffOf } from './request-move.js';

/** Nobody approves what they asked for themselves. @throws CallerError NOT_FOUND, FORBIDDEN, CONFLICT */
export function approveMove(scope: Scope, id: string): Promise<AccountMove> {
  return inTransaction(scope, async inside => {
    const move = await locked(inside, id, [MoveState.WAITING]);
    if (staffOf(inside) === move.requestedByStaff)
      throw new CallerError('FORBIDDEN', 'Whoever asked for a move cannot approve it.', {
        remedy: 'Ask another member of staff to look at it; `declineAccountMove` takes it back.',
      });
    const { customerId, connectionId } = move;
    const { platform } = await readConnection(inside, connectionId);
    const { contact } = move;
    if (contact.leftAt !== null)
      throw new CallerError('CONFLICT', `${contact.name}, who is to connect the new account, has left.`, {
        ...{ field: 'id', remedy: 'Decline this move, and ask for another by somebody who is still there.' },
      });
    const made = await makeLink(inside, { customerId, platform, contact });
    await mailLink(inside, made);
    return decide(inside, move, { state: MoveState.APPROVED, linkId: made.link.id });
  });
}

/** Whoever asked may take it back, too; a link that was made ends. @throws CallerError NOT_FOUND, FORBIDDEN, CONFLICT */
export function declineMove(scope: Scope, id: string): Promise<AccountMove> {
  return inTransaction(scope, async inside => {
    // Whoever uses the link, or passes it on, locks it before its move.
    const [known] = await inside.em.execute<{ link: string | null }[]>(
      'select link_id as link from account_moves where id = ?',
      [id],
    );
    if (known?.link != null) await lockLinks(inside, { id: known.link });
    const move = await locked(inside, id, [MoveState.WAITING, MoveState.APPROVED]);
    staffOf(inside);
    if (move.linkId !== null)
      await revokeLinks(inside, { id: move.linkId }, 'The move to another account was declined.');
    return decide(inside, move, { state: MoveState.DECLINED });
  });
}

async function locked(inside: Scope, id: string, states: readonly MoveState[]): Promise<AccountMove> {
  const { em } = inside;
  // By itself, because a move brings its contact by a join, which would be locked with it.
  await em.execute('select 1 from account_moves where id = ? for update', [id]);
  const move = await em.findOne(AccountMove, { id }, { refresh: true, lockMode: LockMode.NONE });
  if (move === null) throw notFound('move');
  if (states.includes(move.state)) return move;
  throw new CallerError('CONFLICT', 'It was decided about this move before.', {
    ...{ field: 'id', remedy: 'Read `accountMoves`; ask for another with `requestAccountMove` where one is needed.' },
  });
}

async function decide(
  inside: Scope,
  move: AccountMove,
  change: Pick<AccountMove, 'state'> & Partial<AccountMove>,
): Promise<AccountMove> {
  const { em, viewer, clock } = inside;
  em.assign(move, { ...change, decidedBy: viewer.name, decidedAt: clock.now() });
  await em.flush();
  const { id, customerId, connectionId, requestedBy } = move;
  await record(inside, {
    ...{ act: `move.${move.state}`, target: `move ${id}`, customerId },
    details: { connectionId, requestedBy, contact: move.contact.name },
  });
  return move;
}
