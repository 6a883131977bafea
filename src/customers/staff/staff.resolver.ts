import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { PageArguments } from '../lists/page.type.js';
import { readPage } from '../lists/read-page.js';
import { IdempotencyKey, onceFor } from '../once/idempotency-key.js';
import { createStaff } from './create-staff.js';
import { endStaff } from './end-staff.js';
import { Staff } from './staff.entity.js';
import { CreateStaffInput, StaffPage } from './staff.type.js';

@Resolver(() => Staff)
export class StaffResolver {
  @Authorized<Role>(['admin'])
  @Mutation(() => Staff, { description: 'Enters a member of staff. CONFLICT when another one has the e-mail address.' })
  createStaff(
    @Arg('input', () => CreateStaffInput, { description: 'The new member of staff.' }) input: CreateStaffInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Staff> {
    return createStaff(scope, input, onceFor(key, 'createStaff', input));
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => Staff, {
    description: 'Notes that a member of staff has left and revokes their API keys. Doing it again changes nothing.',
  })
  endStaff(
    @Arg('id', () => ID, { description: 'Id of the member of staff.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Staff> {
    return endStaff(scope, id);
  }

  @Authorized<Role>(['admin'])
  @Query(() => StaffPage, { description: 'Members of staff, newest first, those who left too.' })
  staff(@Args(() => PageArguments) page: PageArguments, @Ctx() scope: Scope): Promise<StaffPage> {
    return readPage(scope.em, Staff, {}, page, 'createdAt');
  }
}
