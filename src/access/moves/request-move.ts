import { randomUUID } from 'node:crypto';
import { CallerError } from '../../core/errors.js';
import { record } from '../../customers/index.js';
import { writeFact } from '../../outbox/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { contactOf } from '../links/contact-of.js';
import { readConnection } from '../read-connection.js';
import { AccountMove, MoveState } from './account-move.entity.js';
import type { RequestAccountMoveInput } from './request-account-move.type.js';

const longestReason = 500;

/** @throws CallerError NOT_FOUND, INVALID_INPUT; FORBIDDEN without a member of staff; CONFLICT while one is under way */
export function requestMove(scope: Scope, input: RequestAccountMoveInput): Promise<AccountMove> {
  const reason = input.reason.trim();
  if (reason === '' || reason.length > longestReason || reason.includes('\0'))
    throw new CallerError('INVALID_INPUT', `The reason must be 1 to ${longestReason} characters long.`, {
      ...{ field: 'input.reason', remedy: 'Say in a sentence why the customer changes its account.' },
    });
  const requestedByStaff = staffOf(scope);
  return inTransaction(scope, async inside => {
    const { em, clock, viewer } = inside;
    const { id: connectionId, customerId, platform, accountName } = await readConnection(inside, input.connectionId);
    const contact = await contactOf(inside, customerId, input.contactId);
    await em.execute('select 1 from connections where id = ? for update', [connectionId]);
    if ((await em.count(AccountMove, { connectionId, state: [MoveState.WAITING, MoveState.APPROVED] })) > 0)
      throw new CallerError('CONFLICT', 'A move away from this account is under way.', {
        ...{ field: 'input.connectionId', remedy: 'Read `accountMoves`; decline the one that is there to ask anew.' },
      });
    const move = em.create(AccountMove, {
      ...{ id: randomUUID(), customerId, connectionId, contact, reason, state: MoveState.WAITING },
      ...{ requestedBy: viewer.name, requestedByStaff, requestedAt: clock.now() },
      ...{ decidedBy: null, decidedAt: null, linkId: null, newConnectionId: null },
    });
    await em.persist(move).flush();
    const details = { platform, account: accountName, contact: contact.name, by: viewer.name, reason };
    await writeFact(inside, { kind: 'move.requested', customerId, connectionId, details });
    await record(inside, { act: 'move.requested', target: `move ${move.id}`, customerId, details });
    return move;
  });
}

/** Nobody can tell two people apart who use a key that belongs to none. */
export function staffOf({ viewer: { staffId } }: Scope): string {
  if (staffId !== undefined) return staffId;
  throw new CallerError('FORBIDDEN', 'This takes the API key of a member of staff.', {
    remedy: 'Use a key that was made with `createApiKey(input: { staffId })`.',
  });
}
