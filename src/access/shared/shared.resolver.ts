import { Authorized, Ctx, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { findShared } from './find-shared.js';
import { SharedAccount } from './shared.type.js';

@Resolver()
export class SharedAccountResolver {
  @Authorized<Role>(['admin'])
  @Query(() => [SharedAccount], {
    description:
      'Accounts that more than one customer has connected at this time, the latest first, at most 100. Each is told once by a fact ACCOUNT_SHARED, and to no customer.',
  })
  sharedAccounts(@Ctx() scope: Scope): Promise<SharedAccount[]> {
    return findShared(scope);
  }
}
