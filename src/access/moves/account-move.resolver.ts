import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import { PageArguments, readPage } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import { AccountMove, AccountMovePage } from './account-move.entity.js';
import { approveMove, declineMove } from './decide-on-move.js';
import { RequestAccountMoveInput } from './request-account-move.type.js';
import { requestMove } from './request-move.js';

@Resolver(() => AccountMove)
export class AccountMoveResolver {
  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => AccountMove, {
    description:
      'Asks for a move of a customer to another account: a new connection. Needs the API key of a member of staff; another one approves it.',
  })
  requestAccountMove(
    @Arg('input', () => RequestAccountMoveInput, { description: 'Which connection is left, by whom, and why.' })
    input: RequestAccountMoveInput,
    @Ctx() scope: Scope,
  ): Promise<AccountMove> {
    return requestMove(scope, input);
  }

  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => AccountMove, {
    description:
      'Approves a move, and mails the contact a link to connect the new account. FORBIDDEN for whoever asked for it; CONFLICT when it was decided before, or the contact has left.',
  })
  approveAccountMove(
    @Arg('id', () => ID, { description: 'Id of the move.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<AccountMove> {
    return approveMove(scope, id);
  }

  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => AccountMove, {
    description: 'Declines a move, or takes it back. CONFLICT when it was decided before.',
  })
  declineAccountMove(
    @Arg('id', () => ID, { description: 'Id of the move.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<AccountMove> {
    return declineMove(scope, id);
  }

  @Authorized<Role>(['admin', 'cs', 'service'])
  @Query(() => AccountMovePage, { description: 'Moves to other accounts, newest first.' })
  accountMoves(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' })
    customerId?: string | null,
  ): Promise<AccountMovePage> {
    return readPage(scope.em, AccountMove, customerId == null ? {} : { customerId }, page, 'requestedAt');
  }
}
